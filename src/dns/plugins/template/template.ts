/**
 * template (CoreDNS 1.14.7, plugin/template): answers made from the name that is asked.
 *
 * The templates of a block are tried in their order. One whose zone and type hold the question and one of whose patterns
 * matches answers it; one whose patterns do not match ends in SERVFAIL, unless the name falls through to the next
 * template and then to the next plugin. An answer that is a CNAME is completed with what this server knows of its target.
 */
import { NO_FACT } from "../../../engine/facts.js";
import type { Answer, DnsRecord, Question, Rcode } from "../../../model/dns.js";
import type { Directive } from "../../corefile/corefile.js";
import { DirectiveReader, type ReadProperty } from "../../corefile/directive-reader.js";
import { shown } from "../../corefile/zone-name.js";
import { mapReply, type Reply } from "../../reply.js";
import { isInZones, longestZone } from "../../zone.js";
import { Pattern } from "../pattern/pattern.js";
import {
  type Handler,
  type Plugin,
  type PluginEnvironment,
  type Query,
  SERVER_FAILURE,
  type SetupContext,
} from "../plugin.js";
import { parseRecordTemplate, type RecordTemplate, type TemplateData } from "./record.js";

const TYPES = ["A", "AAAA", "ANY"] as const;
const CLASSES = ["IN", "ANY"] as const;
/** Without one of these a template would have nothing to say. */
const ANSWERING: readonly string[] = ["answer", "authority", "rcode"];
const RCODES: readonly Rcode[] = ["NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED"];

interface Template {
  readonly type: (typeof TYPES)[number];
  readonly zones: readonly string[];
  readonly patterns: readonly Pattern[];
  readonly answers: readonly RecordTemplate[];
  readonly authorities: readonly RecordTemplate[];
  readonly rcode: Rcode;
  /** Zones whose unknown names go to the next plugin. */
  readonly fallthrough: readonly string[];
}

export const template: Plugin = {
  name: "template",
  setup: (directives, context) => {
    const templates = directives.flatMap((directive) => readTemplate(directive, context) ?? []);
    return [
      {
        keepable: true,
        handler: (environment) => (query, next) => answer(query, templates, environment, next),
        certainty: ({ name, type }) => (templates.some((each) => concerns(each, name, type)) ? "unknown" : "passes"),
      },
    ];
  },
};

function readTemplate(directive: Directive, context: SetupContext): Template | null {
  const reader = new DirectiveReader(directive, context.report);
  if (!reader.count(2, Number.POSITIVE_INFINITY)) return null;
  const patterns: Pattern[] = [];
  const answers: RecordTemplate[] = [];
  const authorities: RecordTemplate[] = [];
  let rcode: Rcode = "NOERROR";
  let fallthrough: readonly string[] = [];
  const records = (into: RecordTemplate[]): ReadProperty =>
    readEach((property, text, index) => {
      const parsed = parseRecordTemplate(text);
      if (typeof parsed === "string") property.errorAt(index, parsed);
      else into.push(parsed);
    });
  reader.properties(
    {
      match: readEach((property, text, index) => {
        const pattern = Pattern.compile(text);
        if (typeof pattern === "string") property.errorAt(index, `the pattern ${shown(text)}: ${pattern}`);
        else patterns.push(pattern);
      }),
      answer: records(answers),
      authority: records(authorities),
      rcode: (property) => {
        if (property.count(1)) rcode = property.oneOf(0, RCODES, rcode);
      },
      fallthrough: (property) => {
        fallthrough = property.zones(0, [""]);
      },
      // upstream is ignored by CoreDNS, and an extended error tells clients nothing that they act on
      upstream: () => {},
      ederror: () => {},
      additional: (property) => property.error("additional of template is not modelled yet"),
    },
    ["rcode"],
  );
  if (!reader.block().some(({ name }) => ANSWERING.includes(name))) {
    reader.error("the template has no answer", "add answer or rcode");
  }
  reader.oneOf(0, CLASSES, "IN");
  const type = reader.oneOf(1, TYPES, "ANY");
  return { type, zones: reader.zones(2, context.zones), patterns, answers, authorities, rcode, fallthrough };
}

/** A property with at least one argument, each read by itself. */
function readEach(read: (property: DirectiveReader, text: string, index: number) => void): ReadProperty {
  return (property) => {
    if (!property.count(1, Number.POSITIVE_INFINITY)) return;
    for (const [index, text] of property.texts().entries()) read(property, text, index);
  };
}

function concerns({ zones, type }: Template, name: string, asked: Question["type"]): boolean {
  return (type === "ANY" || type === asked) && longestZone(name, zones) !== null;
}

function answer(query: Query, templates: readonly Template[], environment: PluginEnvironment, next: Handler): Reply {
  const { name, type } = query.question;
  for (const each of templates) {
    if (!concerns(each, name, type)) continue;
    const data = matched(each, query.question);
    if (data !== null) return filledIn(each, data, query, environment);
    if (!isInZones(name, each.fallthrough)) return SERVER_FAILURE;
  }
  return next(query);
}

/** What the placeholders stand for by the first pattern that matches; null when none does. */
function matched({ zones, patterns }: Template, { name, type }: Question): TemplateData | null {
  const data = { name: `${name}.`, zone: `${longestZone(name, zones) ?? ""}.`, type };
  if (patterns.length === 0) return { ...data, match: [data.name], group: new Map([["0", data.name]]) };
  for (const pattern of patterns) {
    const match = pattern.match(data.name);
    if (match === null) continue;
    const group = new Map(match.groups.map((text, index) => [String(index), text]));
    for (const [label, index] of pattern.names) group.set(label, match.groups[index] ?? "");
    return { ...data, match: match.groups, group };
  }
  return null;
}

function filledIn(each: Template, data: TemplateData, query: Query, environment: PluginEnvironment): Reply {
  const answers = each.answers.map((record) => record(data));
  const authority = each.authorities.map((record) => record(data));
  if (each.rcode === "SERVFAIL" || !areRecords(answers) || !areRecords(authority)) return SERVER_FAILURE;
  const made: Answer = {
    rcode: each.rcode,
    answers,
    authority,
    source: "template",
    fact: NO_FACT,
    knownSince: Number.NaN,
  };
  const last = answers[answers.length - 1];
  const { type } = query.question;
  if (last?.type !== "CNAME" || (type !== "A" && type !== "AAAA")) return made;
  const question: Question = { name: last.data.slice(0, -1), type };
  return mapReply(environment.lookup({ question, now: query.now, source: 0 }), (target) => ({
    ...made,
    answers: [...answers, ...target.answers],
  }));
}

/** A record that cannot be read makes the whole reply fail. */
function areRecords(records: readonly (DnsRecord | null)[]): records is readonly DnsRecord[] {
  return records.every((record) => record !== null);
}
