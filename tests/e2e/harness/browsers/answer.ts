import type { Report } from "../browser.ts";

/** What a scenario came to in the page, as the JSON that `answerOf` asks for. */
export interface Answer {
  value?: unknown;
  error?: string;
  /** From `collectReports`, where the page has it. */
  reports: Parameters<Report>[];
}

/** An expression for the page: the outcome of `expression`, awaited, as a text for `read`. */
export function answerOf(expression: string): string {
  return `(${answer.toString()})(async () => (${expression}))`;
}

export function read(text: string): Answer {
  return JSON.parse(text, (_, value) => (value?.isUndefined === true ? undefined : value)) as Answer;
}

/** JSON that keeps `undefined`, as tests tell it from null. A value that is no JSON, as a socket, is as good as none. */
async function answer(run: () => Promise<unknown>): Promise<string> {
  const outcome: Omit<Answer, "reports"> = await run().then(
    (value) => ({ value }),
    (error) => ({ error: `${error}\n${error?.stack}` }),
  );
  const reports = (globalThis as any).reports?.splice(0) ?? [];
  const text = (answer: Answer) => JSON.stringify(answer, (_, value) => (value === undefined ? { isUndefined: true } : value));
  try {
    return text({ ...outcome, reports });
  } catch {
    return text({ reports });
  }
}
