import { capabilities, catalogue, msgpackParsers, type Capability, type Entry } from "./catalogue.ts";
import { knownFault } from "./harness/known.ts";

/** The part of docs/servers.md that says what has been tested, in Markdown. */
export function render(): string {
  const parsers = msgpackParsers.filter(({ ready }) => ready);
  const notes: string[] = [];
  const note = (text: string): string => `<sup>${(notes.includes(text) ? notes.indexOf(text) : notes.push(text) - 1) + 1}</sup>`;
  const mark = (entry: Entry, row: Capability): string => {
    if (entry.elsewhere?.includes(row)) return "";
    const lack = entry.lacks[row];
    if (lack !== undefined) return `–${note(lack)}`;
    const fault = knownFault(entry, row);
    if (fault !== undefined) return `○${note(fault)}`;
    const withParser = parsers.flatMap(({ name, parser }) => {
      const fault = entry.settings.msgpack && knownFault(entry, row, parser);
      return fault ? note(`not with ${name}: ${fault}`) : [];
    });
    return `✓${withParser.join("")}`;
  };
  const columns = catalogue.filter(({ settings }) => !settings.msgpack || parsers.length > 0);
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
    `The columns with msgpack run with ${parsers.map(({ name }) => name).join(" and with ")} in the page.`,
  ].join("\n");
}

function facts({ handshake: { pingInterval, pingTimeout, maxPayload }, unknownNamespace }: Entry): string[] {
  return [`${pingInterval / 1000} s`, `${pingTimeout / 1000} s`, maxPayload ? `${maxPayload.toLocaleString("en")} bytes` : "not told", `"${unknownNamespace}"`];
}
