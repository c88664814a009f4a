/**
 * autopath (CoreDNS 1.14.7, plugin/autopath): walks the client's search list on the server.
 *
 * A question for a name below the first element of the list is asked with every element in turn, the bare name last; the
 * first reply that is not NXDOMAIN goes back, behind a CNAME from the name that was asked to the one that exists. When all
 * are NXDOMAIN the first reply goes back, and the client walks on by itself.
 *
 * `@kubernetes` takes the list from the pod that has the client's address, as the watch of pods knows it: with an address
 * that has changed hands, or that is not the client's own (a node cache), it is the wrong list or none. Without
 * `pods verified` there is no such watch, and every question passes.
 */
import type { Answer, DnsRecord } from "../../model/dns.js";
import type { Directive } from "../corefile/corefile.js";
import { DirectiveReader } from "../corefile/directive-reader.js";
import { shown } from "../corefile/zone-name.js";
import { chainReply, type Reply } from "../reply.js";
import { isBelow, longestZone } from "../zone.js";
import type { Handler, Plugin, PluginEnvironment, Query, SetupContext } from "./plugin.js";

const RESOLV_CONF = "/etc/resolv.conf";

/** The search list of who asks, the bare name ("") last; empty when there is none. */
type SearchList = (query: Query, environment: PluginEnvironment) => readonly string[];

export const autopath: Plugin = {
  name: "autopath",
  setup: (directives, context) => {
    // of several directives the last one counts
    const directive = directives[directives.length - 1] as Directive;
    const reader = new DirectiveReader(directive, context.report);
    if (!reader.count(1, Number.POSITIVE_INFINITY)) return [];
    const searchList = searchListOf(reader, context);
    if (searchList === null) return [];
    const zoneNames = { ...directive, arguments: directive.arguments.slice(0, -1) };
    const zones = new DirectiveReader(zoneNames, context.report).zones(0, context.zones);
    return [
      {
        handler: (environment) => (query, next) => {
          if (longestZone(query.question.name, zones) === null) return next(query);
          return walk(query, searchList(query, environment), next);
        },
      },
    ];
  },
};

function searchListOf(reader: DirectiveReader, context: SetupContext): SearchList | null {
  const index = reader.length - 1;
  const source = reader.text(index);
  if (source === "@kubernetes") return kubernetesSearchList(reader, context);
  if (source === RESOLV_CONF) return () => [...context.hostSearch, ""];
  const hint = `write @kubernetes or ${RESOLV_CONF}`;
  if (source.startsWith("@")) reader.errorAt(index, `${shown(source.slice(1))} knows no search lists`, hint);
  else reader.errorAt(index, `there is no file ${shown(source)}`, hint);
  return null;
}

function kubernetesSearchList(reader: DirectiveReader, context: SetupContext): SearchList | null {
  const directive = context.directives?.find(({ name }) => name.text === "kubernetes");
  if (directive === undefined) {
    reader.error("autopath @kubernetes needs the kubernetes plugin", "add it to the same server block");
    return null;
  }
  // what is wrong with that directive is reported by its own plugin
  const kubernetes = new DirectiveReader(directive, () => {});
  const zones = kubernetes.zones(0, context.zones);
  const verified = kubernetes.block().some((property) => property.name === "pods" && property.text(0) === "verified");
  return ({ question, source }, { index }) => {
    const zone = longestZone(question.name, zones);
    if (!verified || zone === null) return [];
    const namespace = index.podsAt(source)[0]?.metadata.namespace;
    if (namespace === undefined) return [];
    const below = zone === "" ? "" : `.${zone}`;
    return [`${namespace}.svc${below}`, `svc${below}`, zone, ...context.hostSearch, ""];
  };
}

function walk(query: Query, searchList: readonly string[], next: Handler): Reply {
  const { name, type } = query.question;
  const [first] = searchList;
  if (first === undefined || name === first || !isBelow(name, first)) return next(query);
  const base = first === "" ? name : name.slice(0, name.length - first.length - 1);
  const ask = (place: number, firstReply: Answer | null): Reply => {
    const suffix = searchList[place];
    if (suffix === undefined) return firstReply as Answer;
    const candidate = suffix === "" ? base : `${base}.${suffix}`;
    return chainReply(next({ ...query, question: { name: candidate, type } }), (answer) =>
      answer.rcode === "NXDOMAIN" ? ask(place + 1, firstReply ?? answer) : renamed(answer, name),
    );
  };
  return ask(0, null);
}

/** The answer to another name as an answer to `name`: a CNAME in front leads to the first record. */
function renamed(answer: Answer, name: string): Answer {
  const found = answer.answers[0];
  if (found === undefined || found.name === name) return answer;
  const alias: DnsRecord = { name, type: "CNAME", ttl: found.ttl, address: null, data: `${found.name}.` };
  return { ...answer, answers: [alias, ...answer.answers] };
}
