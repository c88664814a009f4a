/** How the user started the program: what a follow-up command has to begin with. */
import { basename, delimiter, dirname, relative, resolve } from "node:path";
import { shellWord } from "../report/shell-word.js";

export interface Started {
  /** The file that Node was told to run, absolute. */
  readonly script: string;
  /** Where. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const NAME = "kubechurn";

/** "npm start --", "npx kubechurn", "kubechurn", or "node dist/cli/main.js". */
export function invocation({ script, folder, environment }: Started): string {
  const { npm_lifecycle_event: event, npm_package_name: from, PATH = "" } = environment;
  if (event === "start" && from === NAME) return "npm start --";
  // npx, or a script of somebody's package, which finds the program where npx does
  if (event !== undefined) return `npx ${NAME}`;
  const found = basename(script) === NAME && PATH.split(delimiter).some((each) => resolve(each) === dirname(script));
  if (found) return NAME;
  const path = relative(folder, script);
  return `node ${shellWord(path.startsWith("..") ? script : path)}`;
}

export function thisInvocation(): string {
  return invocation({ script: process.argv[1] ?? NAME, folder: process.cwd(), environment: process.env });
}
