import { LineCounter, parseDocument } from 'yaml';
import { AppError, type Problem } from '../app.ts';
import { type Environment, substitute } from './environment.ts';
import { explain } from './explain.ts';
import { withDerived } from './pointed.ts';
import { type Config, configSchema } from './schema.ts';
import { problemAt, type Source, withoutSource, yamlSource } from './source.ts';

export interface Loaded {
  /** null where there are problems: an unsound config is never run in part. */
  readonly config: Config | null;
  readonly problems: readonly Problem[];
  readonly source: Source;
}

/**
 * Reads a config file's text. `file` is its name for messages; `environment` gives the values of `${NAME}`. Does not throw: everything that
 * is wrong is a problem with its line. Secrets are not repeated in problems.
 */
export function loadConfig(text: string, file: string, environment: Environment): Loaded {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const source = yamlSource(file, document, lines);
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      path: '',
      line: lines.linePos(error.pos[0]).line,
      problem:
        error.code === 'DUPLICATE_KEY'
          ? 'The same name is used twice here.'
          : `This is not YAML: ${yamlWords(error.code)}.`,
      fix:
        error.code === 'DUPLICATE_KEY'
          ? 'Give each connection, sync and key its own name.'
          : 'Check indentation, quotes and brackets on this line and the one before; a variable inside { } needs quotes around it.',
    }));
    return { config: null, problems, source };
  }
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 100 });
  } catch {
    const problem = problemAt(
      source,
      [],
      'The file refers to itself (YAML aliases) too often.',
      'Write it without aliases.',
    );
    return { config: null, problems: [problem], source };
  }
  return { ...readConfig(raw, source, environment), source };
}

/** The same for a config that is data already, as the API gets it. */
export function readConfig(
  raw: unknown,
  source: Source = withoutSource('config'),
  environment: Environment = {},
): Pick<Loaded, 'config' | 'problems'> {
  if (raw === null || raw === undefined)
    return {
      config: null,
      problems: [
        problemAt(source, [], 'The config is empty.', 'Begin with "version: 1", "connections:" and "syncs:".'),
      ],
    };
  const { value, missing } = substitute(raw, environment);
  const absent = missing.map(({ path, name }) =>
    problemAt(
      source,
      path,
      `The environment variable ${name} is not set.`,
      `Set ${name} before starting Syncline, or write the value here.`,
    ),
  );
  const parsed = configSchema.safeParse(value);
  if (parsed.success && absent.length === 0) return { config: withDerived(parsed.data), problems: [] };
  const unsound = parsed.success
    ? []
    : explain(configSchema, parsed.error.issues)
        // A text with an unset variable in it is one problem, not two.
        .filter(({ path }) => !missing.some((one) => samePath(one.path, path)))
        .map(({ path, problem, fix }) => problemAt(source, path, problem, fix));
  return { config: null, problems: [...absent, ...unsound] };
}

function samePath(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}

/** The parser's code as words: `BAD_INDENT` → `bad indent`. Its message is not used, since it repeats the text. */
function yamlWords(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

/** The config of a file that was sound when it was loaded. Throws AppError with its problems otherwise. */
export function sound(loaded: Pick<Loaded, 'config' | 'problems'>): Config {
  if (!loaded.config) throw new AppError('The config has problems; nothing was done', loaded.problems);
  return loaded.config;
}
