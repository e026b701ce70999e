/** A difference between the peer and Ferrio that is known. */
export interface Difference {
  /** Why it is so. */
  why: string;
  /** By the name of a scenario that shows it: the lines it explains, `-` of the peer's log alone, `+` of Ferrio's alone. */
  shown: Record<string, string[]>;
}

/** The lines in which two logs differ, section by section: `- section: line` of the first alone, `+ section: line` of the second. */
export function differences(first: Map<string, string[]>, second: Map<string, string[]>): string[] {
  const sections = [...new Set([...first.keys(), ...second.keys()])];
  return sections.flatMap((section) => diff(first.get(section) ?? [], second.get(section) ?? []).map(({ sign, line }) => `${sign} ${section}: ${line}`));
}

/** What is found and not known of a scenario, and what is known and not found any more. A line explains one of its kind. */
export function judge(scenario: string, found: string[], known: Difference[]): { unexpected: string[]; gone: string[] } {
  const unexpected = [...found];
  const gone: string[] = [];
  for (const line of known.flatMap(({ shown }) => shown[scenario] ?? [])) {
    const i = unexpected.indexOf(line);
    if (i < 0) gone.push(line);
    else unexpected.splice(i, 1);
  }
  return { unexpected, gone };
}

/** By the longest common subsequence. */
function diff(a: string[], b: string[]): { sign: "-" | "+"; line: string }[] {
  const length = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i]![j] = a[i] === b[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!);
    }
  }
  const lines: { sign: "-" | "+"; line: string }[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && length[i + 1]![j]! >= length[i]![j + 1]!)) {
      lines.push({ sign: "-", line: a[i++]! });
    } else {
      lines.push({ sign: "+", line: b[j++]! });
    }
  }
  return lines;
}
