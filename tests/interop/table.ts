import { capabilities, catalogue, msgpackParsers, type Capability, type Entry } from "./catalogue.ts";
import { knownFault } from "./harness/known.ts";

/** The part of docs/servers.md that says what has been tested, in Markdown. */
export function render(): string {
  const notes: string[] = [];
  const note = (text: string): string => `<sup>${(notes.includes(text) ? notes.indexOf(text) : notes.push(text) - 1) + 1}</sup>`;
  const mark = (entry: Entry, row: Capability): string => {
    if (entry.elsewhere?.includes(row)) return "";
    const lack = entry.lacks[row];
    if (lack !== undefined) return `–${note(lack)}`;
    const fault = knownFault(entry, row);
    return fault === undefined ? "✓" : `○${note(fault)}`;
  };
  const columns = catalogue.filter(({ settings }) => !settings.msgpack || msgpackParsers.some(({ ready }) => ready));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rows = (Object.keys(capabilities) as Capability[]).map((row) => line([capabilities[row], ...columns.map((entry) => mark(entry, row))]));
  return [
    line(["", ...columns.map(({ title }) => title)]),
    line(["---", ...columns.map(() => ":-:")]),
    ...rows,
    "",
    "✓ tested · – does not work there · ○ does not work yet · empty: shown by another column",
    "",
    ...notes.map((text, i) => `${i + 1}. ${text}`),
    "",
    line(["column", "what runs", "ping interval", "ping timeout", "largest payload", "a namespace that does not exist"]),
    line(["---", "---", "--:", "--:", "--:", "---"]),
    ...columns.map((entry) => line([entry.title, entry.about, ...facts(entry)])),
    "",
    msgpackParsers.some(({ ready }) => ready)
      ? `The columns with msgpack run with ${msgpackParsers.filter(({ ready }) => ready).map(({ name }) => name).join(" and with ")} in the page.`
      : "Servers with the msgpack parser are part of the suite, and wait for a parser that the page can use.",
  ].join("\n");
}

function facts({ handshake: { pingInterval, pingTimeout, maxPayload }, unknownNamespace }: Entry): string[] {
  return [`${pingInterval / 1000} s`, `${pingTimeout / 1000} s`, maxPayload ? `${maxPayload.toLocaleString("en")} bytes` : "not told", `"${unknownNamespace}"`];
}
