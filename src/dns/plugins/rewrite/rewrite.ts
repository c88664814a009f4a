/**
 * rewrite (CoreDNS 1.14.7, plugin/rewrite), for names: asks the rest of the chain for another name than the client did.
 *
 * Rules are tried in their order. One that matches changes the name; `stop`, the default, ends the rules, `continue` goes
 * on with the new name. Answers carry the new name, and the client's name again where the rule is exact or says
 * `answer auto`; what was renamed last is renamed back first.
 */
import type { Answer, DnsRecord } from "../../../model/dns.js";
import { mapReply } from "../../reply.js";
import type { Plugin, Query } from "../plugin.js";
import { type NameChange, parseRewrite, type RewriteRule } from "./rule.js";

export const rewrite: Plugin = {
  name: "rewrite",
  setup: (directives, context) => {
    const rules = directives.flatMap((directive) => parseRewrite(directive, context.report) ?? []);
    return [
      {
        keepable: true,
        handler: () => (query, next) => {
          const { name, restore } = applyRules(query.question.name, rules);
          if (name === query.question.name) return next(query);
          const rewritten: Query = { ...query, question: { name, type: query.question.type } };
          const reply = next(rewritten);
          return restore.length === 0 ? reply : mapReply(reply, (answer) => restored(answer, restore));
        },
        certainty: ({ name }) => (applyRules(name, rules).name === name ? "passes" : "unknown"),
      },
    ];
  },
};

interface Rewritten {
  readonly name: string;
  /** Changes that the answer's names need, in this order. */
  readonly restore: readonly NameChange[];
}

function applyRules(question: string, rules: readonly RewriteRule[]): Rewritten {
  let name = question;
  const restore: NameChange[] = [];
  for (const rule of rules) {
    const changed = rule.rewrite(name);
    if (changed === null) continue;
    const back = rule.restore?.(name, changed) ?? null;
    if (back !== null) restore.unshift(back);
    name = changed;
    if (!rule.goesOn) break;
  }
  return { name, restore };
}

function restored(answer: Answer, changes: readonly NameChange[]): Answer {
  const change = (name: string): string => changes.reduce((current, each) => each(current), name);
  const record = (each: DnsRecord): DnsRecord => ({
    ...each,
    name: change(each.name),
    data: each.type === "CNAME" ? `${change(each.data.slice(0, -1))}.` : each.data,
  });
  return { ...answer, answers: answer.answers.map(record), authority: answer.authority.map(record) };
}
