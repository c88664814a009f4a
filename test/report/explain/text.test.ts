import { describe, expect, test } from "vitest";
import { RESULT_FILES } from "../../../src/report/csv/result-files.js";
import { explainEvent } from "../../../src/report/explain/event.js";
import { type ExplainRows, readExplainRows } from "../../../src/report/explain/explain-rows.js";
import { chainOf, factSentence, indexFacts } from "../../../src/report/explain/fact-chain.js";
import { explainRequest } from "../../../src/report/explain/request.js";
import { eventText, requestText, topText } from "../../../src/report/explain/text.js";
import { explainTop } from "../../../src/report/explain/top.js";
import { sampleRecord } from "../sample-record.js";

const record = sampleRecord();
const file = (name: string) => ({
  name,
  text: [...(RESULT_FILES.find((each) => each.name === name)?.chunks(record) ?? [])].join(""),
});
const rows = readExplainRows(
  { requests: file("requests.csv"), events: file("events.csv"), terminations: file("terminations.csv") },
  0,
);

const requests = [...rows.requests];

const requestOf = (given: ExplainRows, id: string): string[] => requestText(explainRequest(given, id));
const topOf = (given: ExplainRows, limit: number): string[] => topText(explainTop(given, limit));
const eventOf = (given: ExplainRows, name: string): string[] => eventText(explainEvent(given, name));

describe("explainRequest", () => {
  test("tells the rule acted on, since when it was outdated, when it was replaced, and the chain from the root", () => {
    expect(requestOf(rows, "users/3902")).toEqual([
      "Request users/3902, attempt 1, sent at 13.095 s: refused after 300 µs",
      "  client    pod default/client-node-1 on node-1 (zone a) called service/web",
      "  went to   10.244.0.2: pod default/web-old-0 on node-1",
      "  acted on  rules programmed on node-1 at −1.000 s, made from fact 4 of −2.000 s: the endpoints of",
      "            Service/default/web changed: 5 ready",
      "  outdated  in the API since 13.000 s, 95 ms before the request",
      "  replaced  node-1 stopped sending to the pod at 13.200 s, 105 ms after the request; margin −140 ms",
      "  means     stale-rules: a node still had rules for a pod that had stopped accepting: a preStop",
      "            sleep longer than the slowest node's sync prevents it",
      "  how it came to this, from the root:",
      "    10.000 s          churn: update rollout Deployment/default/web  (churn, fact 100)",
      "    13.000 s  +3.0 s  Pod/default/web-old-0 was marked for deletion (grace 30s)  (kube-controller-manager, fact 140)",
      "    13.030 s  +3.0 s  the kubelet began to terminate Pod/default/web-old-0  (kubelet/node-1, fact 141)",
      "    13.055 s  +3.1 s  Pod/default/web-old-0 received SIGTERM  (kubelet/node-1, fact 142)",
      "    13.060 s  +3.1 s  Pod/default/web-old-0 stopped accepting connections  (process/web-old-0, fact 143)",
      "    13.095 s  +3.1 s  request users/3902 is sent → refused",
    ]);
  });

  test("says when the API learned of it only after the request", () => {
    const early = { ...requests[2]!, supersededAt: 53_500_000 };
    const text = requestOf({ ...rows, requests: [early] }, "3902").join("\n");
    expect(text).toContain("outdated  already, but the API knew it only at 53.500 s, 40.4 s after the request");
  });

  test("takes nobody outside the cluster for a pod", () => {
    const client = { clientPod: "outside", clientNode: "", clientZone: "" };
    const outside = { ...requests[2]!, ...client, endpointPod: "outside", endpointNode: "" };
    const text = requestOf({ ...rows, requests: [outside] }, "3902").join("\n");
    expect(text).toContain("  client    a client outside the cluster called ");
    expect(text).toContain("  went to   10.244.0.2: a host outside the cluster\n");
    expect(text).not.toContain("replaced");
  });

  test("takes the bare id where it is unambiguous", () => {
    expect(requestOf(rows, "3902")).toEqual(requestOf(rows, "users/3902"));
    const other = { ...requests[2]!, traffic: "admins" };
    const two = { ...rows, requests: [...requests, other] };
    expect(() => requestOf(two, String(other.id))).toThrow("is ambiguous: write users/3902 or admins/3902");
  });

  test("says what there is instead of an unknown id", () => {
    expect(() => requestOf(rows, "7\u001b")).toThrow(
      "request 7� is not in requests.csv: it holds 415, for instance users/3900",
    );
    expect(() => requestOf({ ...rows, requests: [] }, "7")).toThrow("it holds no requests");
  });

  test("admits when the cause is not among the rows", () => {
    expect(requestOf({ ...rows, events: [] }, "users/3902").at(-1)).toBe("    fact 143 is not in events.csv");
    const unknown = { ...requests[2]!, causeFact: -1 };
    expect(requestOf({ ...rows, requests: [unknown] }, "3902").at(-1)).toBe("    no fact was recorded as its cause");
  });
});

describe("explainTop", () => {
  test("groups failures by cause, pod and node, the most first", () => {
    const lines = topOf(rows, 2);
    expect(lines.slice(0, 5)).toEqual([
      "415 failed requests in requests.csv, by cause, endpoint and client's node:",
      "  failed  cause        endpoint           client's node      from        to  root  first request",
      "      40  stale-rules  default/web-old-4  node-4         33.094 s  35.716 s  –     users/4197",
      "      35  stale-rules  default/web-old-3  node-4         28.094 s  30.416 s  –     users/4097",
      "  and 340 in 18 smaller groups",
    ]);
    expect(lines[6]).toMatch(/^Request users\/\d+, attempt 1, sent at 33.094 s/);
  });

  test("names the churn event at the root", () => {
    const first = requests.filter(({ causeFact }) => causeFact === 143);
    expect(topOf({ ...rows, requests: first }, 1)[2]).toContain("update");
  });

  test("says when nothing failed", () => {
    expect(topOf({ ...rows, requests: [] }, 5)).toEqual(["No request in requests.csv failed (0 rows)."]);
  });
});

describe("explainEvent", () => {
  test("tells what followed, the tightest terminations and the failed requests", () => {
    const lines = eventOf(rows, "update");
    expect(lines[0]).toBe("update at 10.000 s: churn: update rollout Deployment/default/web");
    expect(lines.filter((line) => line.includes("deletion-requested"))).toHaveLength(1);
    expect(lines).toContain("  terminations, the 4 tightest of 4:");
    expect(lines.at(-1)).toBe("  47 failed requests in requests.csv have it at their root");
  });

  test("says which events there are instead of an unknown one", () => {
    expect(() => eventOf(rows, "nothing")).toThrow("the churn event nothing is not in events.csv: it holds update");
  });
});

describe("facts", () => {
  test("a file whose causes run in circles ends the chain", () => {
    const event = rows.events[0]!;
    const facts = indexFacts([
      { ...event, fact: 1, cause: 2 },
      { ...event, fact: 2, cause: 1 },
    ]);
    expect(chainOf(facts, 2).map(({ fact }) => fact)).toEqual([1, 2]);
  });

  test("placeholders in names are not filled in, unknown kinds are told plainly", () => {
    const event = { ...rows.events[0]!, object: "{detail}$&", detail: "{subject}" };
    expect(factSentence({ ...event, kind: "object-updated" })).toBe("{detail}$& was changed: {subject}");
    expect(factSentence({ ...event, kind: "new-kind", object: "Pod/a", detail: "b" })).toBe("Pod/a: new-kind b");
  });
});
