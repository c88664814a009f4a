/**
 * The non-functional rules of the house as pure functions: files in, violations out. A violation names the file, the
 * line, and what to use instead. Layering and its reasons stand in docs/architecture.md.
 */
import { builtinModules } from "node:module";
import { codeOf, importsOf, lineAt, resolveImport } from "./source-text.js";

/** Path relative to the repository's root → text. */
export type Files = ReadonlyMap<string, string>;
export type Rule = (files: Files) => string[];

/** A file imports its own folder and lower numbers only; siblings never import each other. */
const LEVELS: Readonly<Record<string, number>> = {
  engine: 0,
  model: 1,
  apiserver: 2,
  network: 2,
  "control-plane": 3,
  node: 3,
  dns: 3,
  traffic: 3,
  churn: 3,
  metrics: 3,
  scenario: 4,
  report: 4,
  assembly: 5,
  "simulate.ts": 6,
  experiment: 7,
  "index.ts": 8,
  cli: 9,
  playground: 9,
};
const COMMAND_LINE = 9;
/** Below this level everything happens in simulated time and must give the same bits everywhere. */
const SIMULATED = 4;

/** What measures a run and what reports it see interfaces and rows, never what lives in a cluster (docs/decisions/0003). */
const READS_ONLY_DATA = ["metrics", "report"];
const DATA = ["engine", "model"];

const LONGEST_FILE = 300;
const EMPTY_WORDS = ["utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"];
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)+$/;

/** The folder or top-level file under src that decides about layering. */
function roomOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function levelOf(path: string): number {
  return LEVELS[roomOf(path)] ?? Number.NaN;
}

function sources(files: Files): [path: string, text: string][] {
  return [...files].filter(([path]) => path.startsWith("src/") && path.endsWith(".ts"));
}

export const layering: Rule = (files) =>
  sources(files).flatMap(([path, text]) => {
    const room = roomOf(path);
    if (!(room in LEVELS)) return [`${path}: src/${room} has no level; give it one in test/tidy/rules.ts`];
    return importsOf(text).flatMap(({ specifier, line }) => {
      const target = resolveImport(path, specifier);
      if (target === null || !target.startsWith("src/")) return [];
      const other = roomOf(target);
      if (other === room || levelOf(target) < levelOf(path)) return [];
      const hint = "move what both need into src/model, or let src/simulate.ts hand it over";
      return [`${path}:${line}: ${room} must not import ${other} (${specifier}); ${hint}`];
    });
  });

export const reportsReadOnlyData: Rule = (files) =>
  sources(files).flatMap(([path, text]) =>
    READS_ONLY_DATA.includes(roomOf(path))
      ? importsOf(text).flatMap(({ specifier, line }) => {
          const target = resolveImport(path, specifier);
          if (target === null || !target.startsWith("src/")) return [];
          const other = roomOf(target);
          if (other === roomOf(path) || DATA.includes(other)) return [];
          return [`${path}:${line}: sees src/${other}; read rows, or what an interface of src/model shows`];
        })
      : [],
  );

export const noCycles: Rule = (files) => {
  const edges = new Map(
    sources(files).map(([path, text]) => {
      const targets = importsOf(text).map(({ specifier }) => resolveImport(path, specifier));
      return [path, targets.filter((target): target is string => target !== null && files.has(target))];
    }),
  );
  const violations: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const cycle = [...trail.slice(start), path].join(" → ");
      violations.push(`${cycle}: files import each other; move what they share into a file of its own`);
    }
    if (done.has(path) || start >= 0) return;
    trail.push(path);
    for (const target of edges.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const path of edges.keys()) visit(path);
  return violations;
};

export const noNodeBelowCommandLine: Rule = (files) =>
  sources(files).flatMap(([path, text]) =>
    levelOf(path) >= COMMAND_LINE
      ? []
      : importsOf(text)
          .filter(({ specifier }) => specifier.startsWith("node:") || builtinModules.includes(specifier))
          .map(
            ({ specifier, line }) =>
              `${path}:${line}: ${specifier} does not exist in a browser; take an interface that src/cli implements`,
          ),
  );

interface Ban {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Levels below this one are searched. */
  readonly below: number;
}

const KEYED = "draw with uniform(context.key(purpose), index), or a stream of engine/random.ts";
const SIMULATED_TIME = "the only clock is context.now";
const PLAN = "plan an event with context.after";
const CODE_UNITS = "texts are ordered by code units: x < y ? -1 : x > y ? 1 : 0";

const BANS: readonly Ban[] = [
  { pattern: /\bMath\s*\.\s*random\b/g, instead: KEYED, below: Number.POSITIVE_INFINITY },
  {
    pattern: /\bMath\s*\.\s*(?:log\w*|exp\w*|pow|cbrt|hypot|sinh?|cosh?|tanh?|asinh?|acosh?|atanh?|atan2)\b/g,
    instead: "its bits differ between engines: use ln and exp of engine/math.ts, or + − × ÷ and Math.sqrt",
    below: SIMULATED,
  },
  { pattern: /\*\*/g, instead: "its bits differ between engines: multiply", below: SIMULATED },
  { pattern: /\bDate\b/g, instead: SIMULATED_TIME, below: SIMULATED },
  { pattern: /\bperformance\s*\./g, instead: SIMULATED_TIME, below: SIMULATED },
  { pattern: /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/g, instead: PLAN, below: SIMULATED },
  { pattern: /\b(?:async|await|Promise)\b/g, instead: PLAN, below: SIMULATED },
  { pattern: /\blocaleCompare\b/g, instead: CODE_UNITS, below: SIMULATED },
  { pattern: /\b(?:Intl|toLocale\w*)\b/g, instead: "output depends on no locale: format it by hand", below: SIMULATED },
  {
    // only typed arrays have a subarray, and theirs are sorted as numbers, by native code
    pattern: /(?<!\.subarray\([^()]*\))\.(?:sort|toSorted)\(\s*\)/g,
    instead: `it compares numbers as texts; give a comparator (${CODE_UNITS})`,
    below: SIMULATED,
  },
];

export const bannedWords: Rule = (files) =>
  sources(files).flatMap(([path, text]) => {
    const code = codeOf(text);
    return BANS.filter(({ below }) => !(levelOf(path) >= below)).flatMap(({ pattern, instead }) =>
      [...code.matchAll(pattern)].map((match) => `${path}:${lineAt(text, match.index)}: no ${match[0]}: ${instead}`),
    );
  });

export const fileNames: Rule = (files) =>
  [...files.keys()]
    .filter((path) => path.startsWith("src/"))
    .flatMap((path) => {
      const parts = path.split("/");
      const name = parts.at(-1) ?? "";
      const empty = parts.map((part) => part.replace(/\..*$/, "")).find((part) => EMPTY_WORDS.includes(part));
      return [
        ...(empty === undefined ? [] : [`${path}: "${empty}" says nothing; name it after the concept that it holds`]),
        ...(KEBAB_CASE.test(name) ? [] : [`${path}: file names are kebab-case, like event-queue.ts`]),
      ];
    });

export const fileLengths: Rule = (files) =>
  sources(files).flatMap(([path, text]) => {
    const lines = text.replace(/\n$/, "").split("\n").length;
    if (lines <= LONGEST_FILE) return [];
    return [`${path}: ${lines} lines, at most ${LONGEST_FILE}; one exported concept a file, split by concept`];
  });

/** Where tests get their API objects from, and what the literal of one begins with. */
const BUILDERS = "test/support/objects.ts";
const OBJECT_LITERAL =
  /kind: "(?:Pod|Node|Service|EndpointSlice|Deployment|ReplicaSet|Namespace)"(?: as const)?,\s*metadata(?:,|: newMetadata|: \{ \.\.\.)/g;

export const testObjectsBuiltOnce: Rule = (files) =>
  [...files]
    .filter(([path]) => path.startsWith("test/") && path.endsWith(".ts") && path !== BUILDERS)
    .flatMap(([path, text]) =>
      [...text.matchAll(OBJECT_LITERAL)].map(
        (match) =>
          `${path}:${lineAt(text, match.index)}: take a builder of ${BUILDERS}: a new field must break one file`,
      ),
    );

export const scenariosOpenWithComment: Rule = (files) =>
  [...files]
    .filter(([path]) => /^scenarios\/.*\.ya?ml$/.test(path))
    .filter(([, text]) => !/^\s*#\s*\S/.test(text))
    .map(([path]) => `${path}: open with a comment: the question that the scenario answers, and the answer`);
