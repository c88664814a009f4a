/**
 * One directive of rewrite: `rewrite [continue|stop] name [exact|prefix|suffix|substring|regex] FROM TO [answer auto]`.
 * Other fields, and other changes to answers, are refused.
 */
import type { Directive, ReportCorefileError } from "../../corefile/corefile.js";
import { DirectiveReader } from "../../corefile/directive-reader.js";
import { shown } from "../../corefile/zone-name.js";
import { Pattern } from "../pattern/pattern.js";

export type NameChange = (name: string) => string;

/** Names are lower case, without trailing dot. */
export interface RewriteRule {
  /** The new name; null when the rule does not match. */
  rewrite(name: string): string | null;
  /** How the answer's names become the client's again; null: they stay as they are. */
  readonly restore: ((before: string, after: string) => NameChange) | null;
  /** `continue`: the next rule is tried too. */
  readonly goesOn: boolean;
}

const MATCHES = ["exact", "prefix", "suffix", "substring", "regex"] as const;
type Match = (typeof MATCHES)[number];

const OTHER_FIELDS: readonly string[] = ["type", "class", "edns0", "ttl", "cname", "rcode"];
const FORM = "rewrite [continue|stop] name [exact|prefix|suffix|substring|regex] FROM TO [answer auto]";
const LONGEST_NAME = 253;

/** Null when it is wrong, which has been reported. */
export function parseRewrite(directive: Directive, report: ReportCorefileError): RewriteRule | null {
  const reader = new DirectiveReader(flattened(directive), report);
  const words = reader.texts();
  let place = 0;
  const goesOn = words[0] === "continue";
  if (goesOn || words[0] === "stop") place++;
  const field = words[place] ?? "";
  if (field !== "name") {
    if (OTHER_FIELDS.includes(field)) reader.errorAt(place, `the field ${field} is not modelled yet`, "name is");
    else reader.errorAt(place, `${shown(field)} is no field`, FORM);
    return null;
  }
  const rest = words.slice(place + 1);
  // with two arguments the first is the name, whatever it says
  const match = rest.length > 2 ? MATCHES.find((each) => each === rest[0]?.toLowerCase()) : "exact";
  if (rest.length < 2 || match === undefined) {
    reader.errorAt(place + 1, rest.length < 2 ? "name takes FROM and TO" : `${shown(rest[0] ?? "")} is no match`, FORM);
    return null;
  }
  const [from = "", to = "", ...answer] = rest.length > 2 ? rest.slice(1) : rest;
  const auto = answer.length > 0;
  if (auto && (answer.length !== 2 || answer[0] !== "answer" || answer[1] !== "auto")) {
    reader.errorAt(words.length - answer.length, `${shown(answer.join(" "))} is not modelled yet`, "answer auto is");
    return null;
  }
  const rule = ruleOf(match, from, to, auto, goesOn);
  if (typeof rule !== "string") return rule;
  reader.errorAt(words.length - answer.length - 2, rule);
  return null;
}

/** The block form puts `name …` and `answer …` on lines of their own. */
function flattened(directive: Directive): Directive {
  const lines = (directive.block ?? []).flatMap((line) => [line.name, ...line.arguments]);
  return { ...directive, arguments: [...directive.arguments, ...lines], block: null };
}

/** The rule, or what is wrong with it. */
function ruleOf(match: Match, from: string, to: string, auto: boolean, goesOn: boolean): RewriteRule | string {
  const remap = auto ? remapped : null;
  const [old, replacement] = [from.toLowerCase(), to.toLowerCase()];
  switch (match) {
    case "exact":
      return {
        rewrite: (name) => (name === bare(old) ? bare(replacement) : null),
        restore: remapped,
        goesOn,
      };
    case "prefix":
      return {
        rewrite: (name) => (name.startsWith(old) ? bounded(replacement + name.slice(old.length)) : null),
        restore: remap,
        goesOn,
      };
    case "suffix": {
      const [end, newEnd] = [bare(old), bare(replacement)];
      return {
        rewrite: (name) => replacedEnd(name, end, newEnd),
        restore: auto ? () => (name) => replacedEnd(name, newEnd, end) ?? name : null,
        goesOn,
      };
    }
    case "substring":
      if (old === "") return "an empty text stands in every name";
      return {
        rewrite: (name) => {
          const dotted = `${name}.`;
          return dotted.includes(old) ? bounded(bare(dotted.replaceAll(old, () => replacement))) : null;
        },
        restore: remap,
        goesOn,
      };
    case "regex":
      return regexRule(from, replacement, remap, goesOn);
    default:
      return match satisfies never;
  }
}

function regexRule(
  from: string,
  replacement: string,
  restore: RewriteRule["restore"],
  goesOn: boolean,
): RewriteRule | string {
  const pattern = Pattern.compile(from);
  if (typeof pattern === "string") return `the pattern ${shown(from)}: ${pattern}`;
  for (const [, number] of replacement.matchAll(/\{(\d{1,3})\}/g)) {
    if (Number(number) > pattern.groups) return `the pattern ${shown(from)} has no group {${number}}`;
  }
  return {
    rewrite: (name) => {
      const match = pattern.match(`${name}.`);
      if (match === null) return null;
      return bounded(bare(replacement.replaceAll(/\{(\d{1,3})\}/g, (_, number) => match.groups[Number(number)] ?? "")));
    },
    restore,
    goesOn,
  };
}

/** `answer auto`: what has the new name, or lies below it, has the old one again. */
function remapped(before: string, after: string): NameChange {
  return (name) => {
    if (name === after) return before;
    return name.endsWith(`.${after}`) ? `${name.slice(0, name.length - after.length)}${before}` : name;
  };
}

function replacedEnd(name: string, end: string, newEnd: string): string | null {
  return name.endsWith(end) ? bounded(name.slice(0, name.length - end.length) + newEnd) : null;
}

function bare(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** A name that DNS could not hold is no match: CoreDNS answers it with an error. */
function bounded(name: string): string | null {
  return name.length > LONGEST_NAME || name.includes("..") ? null : name;
}
