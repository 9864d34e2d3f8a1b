/** What a document shows of a terminal, and whether it is what was printed. */

export interface Step {
  /** A file of the reader's folder, or a command. */
  readonly does: 'config' | 'command';
  /** The YAML, or the command as it is typed. */
  readonly text: string;
  /** What the document shows of the output; a line that is `…` stands for any lines, in a line it stands for any text. */
  readonly shown: readonly string[];
}

/** The blocks of a document in their order: configs (` ```yaml `), and terminals (` ```console `), in which a command begins with `$ `. */
export function stepsOf(markdown: string): readonly Step[] {
  return [...markdown.matchAll(/^```(yaml|console)\n([\s\S]*?)^```/gm)].flatMap(
    ([, kind, text = '']): readonly Step[] => {
      if (kind === 'yaml') return [{ does: 'config', text, shown: [] }];
      return text
        .split(/^\$ /m)
        .slice(1)
        .map((part) => {
          const [command = '', ...lines] = part.trimEnd().split('\n');
          return { does: 'command', text: command, shown: lines.filter((line) => line !== '') };
        });
    },
  );
}

/** Ids of Syncline, of Zendesk and of Salesforce, and the numbers of sample records: which they are is chance, that they are the same again is not. */
const names = /\b(?:01[a-z0-9]{20}|\d{14}|00[\dA-Za-z]{16})\b|(?<=Company |About |CN-)\d+/g;
/** Times, spans of time, and texts that are left out. */
const loose = /\d{4}-\d\d-\d\d[ T][\d:.]+Z?|\d+(?:\.\d)? (?:s|min)\b|…/g;

/** Holds what is printed to what a document shows, and knows which of the real ids each id of the document is. */
export function createReader() {
  const real = new Map<string, string>();
  /** The text of the document with the real ids. */
  const translate = (text: string): string => text.replace(names, (name) => real.get(name) ?? name);

  /** The pattern of one line; ids that are met for the first time are captured by `found`. */
  function patternOf(line: string): { readonly pattern: RegExp; readonly found: readonly string[] } {
    const found: string[] = [];
    const parts = [...line.matchAll(new RegExp(`${names.source}|${loose.source}`, 'g'))];
    let source = '';
    let from = 0;
    for (const { 0: part, index } of parts) {
      source += RegExp.escape(line.slice(from, index));
      from = index + part.length;
      if (new RegExp(`^(?:${loose.source})$`).test(part)) source += '.*?';
      else if (real.has(part)) source += RegExp.escape(real.get(part) ?? '');
      else {
        found.push(part);
        source += '(\\w+)';
      }
    }
    return { pattern: new RegExp(`^${source}${RegExp.escape(line.slice(from))}$`), found };
  }

  function matches(line: string, printed: string): boolean {
    const { pattern, found } = patternOf(line);
    const match = pattern.exec(printed);
    if (!match) return false;
    for (const [i, name] of found.entries()) real.set(name, match[i + 1] ?? '');
    return true;
  }

  return {
    translate,
    /** The first line of the document that was not printed where it stands; null where all is as it is shown. */
    differs(shown: readonly string[], output: string): string | null {
      let left = output.split('\n').filter((line) => line !== '');
      let skips = false;
      for (const line of shown) {
        if (line.trim() === '…') {
          skips = true;
          continue;
        }
        const at = left.findIndex((each) => matches(line, each));
        if (at < 0 || (at > 0 && !skips)) return line;
        left = left.slice(at + 1);
        skips = false;
      }
      return left.length > 0 && shown.length > 0 && !skips ? `and then: ${left[0]}` : null;
    },
  };
}
