/** autopath @kubernetes (dns.md §1.5), and what it spares a client (DNS-3, the ten questions of an external name). */
import { describe, expect, test } from "vitest";
import { dnsDeployment } from "../../../src/dns/addon/kube-dns.js";
import { createGlibcResolver } from "../../../src/dns/client/resolver/glibc.js";
import type { Transport } from "../../../src/dns/client/transport/transport.js";
import { PendingAnswer } from "../../../src/dns/reply.js";
import { Phase } from "../../../src/engine/event-queue.js";
import { parseAddress } from "../../../src/model/address.js";
import type { Answer, Lookup, Question } from "../../../src/model/dns.js";
import { keyOf, type Namespace, type Pod } from "../../../src/model/objects.js";
import { UdpSocket } from "../../../src/network/udp-socket.js";
import { buildPod } from "../../support/objects.js";
import { namespace, service } from "../cluster.js";
import { answered, errorsOf, record, ServerBlock, SOA } from "./server-block.js";

const CLIENT = parseAddress("10.244.0.9")!;
const EXTERNAL = "api.example.com";
const KUBERNETES = (pods: string): string => `kubernetes cluster.local {\n pods ${pods}\n}`;
const VERIFIED = `autopath @kubernetes\n${KUBERNETES("verified")}\nforward . 192.0.2.53`;

function pod(name: string, inNamespace = "production"): Pod {
  const { spec } = dnsDeployment(1).spec.template;
  return buildPod(name, { namespace: inNamespace, spec, status: { phase: "Running", podIP: CLIENT } });
}

/** A block that knows the Service database, the client's pod, and an upstream that knows only the external name. */
function blockOf(directives: string, client: Pod | null = pod("client")): ServerBlock {
  const block = new ServerBlock(directives);
  const revision = { number: 1, version: 1, fact: 0, time: 0, deleted: false, previous: null };
  block.index.applyNamespace(
    { ...revision, kind: "Namespace", key: "production", object: namespace("production") as Namespace },
    0,
  );
  block.index.applyService(
    { ...revision, kind: "Service", key: "production/database", object: service("database", "10.96.1.1") },
    0,
  );
  if (client !== null) {
    block.index.applyPod({ ...revision, kind: "Pod", key: keyOf(client), object: client }, 0);
  }
  block.upstream.decide = ({ question: { name, type } }) => {
    if (name !== EXTERNAL) return { ...answered("NXDOMAIN"), authority: [SOA] };
    return type === "A"
      ? answered("NOERROR", record(name, "A", "198.51.100.1"))
      : { ...answered("NOERROR"), authority: [SOA] };
  };
  return block;
}

describe("autopath", () => {
  test("walks the search list for a name below its first element, behind a CNAME from the name that was asked", () => {
    const block = blockOf(VERIFIED);
    const asked = `${EXTERNAL}.production.svc.cluster.local`;
    const answer = block.answer(asked, "A", CLIENT);
    expect(answer.answers.map(({ name, type, data, ttl }) => [name, type, data, ttl])).toEqual([
      [asked, "CNAME", `${EXTERNAL}.`, 60],
      [EXTERNAL, "A", "", 60],
    ]);
    expect(block.upstream.tries.map(({ question }) => question.name)).toEqual([`${EXTERNAL}.corp.example`, EXTERNAL]);
  });

  test("the first reply that is not NXDOMAIN ends the walk, NODATA too", () => {
    const block = blockOf(VERIFIED);
    const found = block.answer("database.production.production.svc.cluster.local", "A", CLIENT);
    expect(found.answers.map(({ name }) => name)).toEqual([
      "database.production.production.svc.cluster.local",
      "database.production.svc.cluster.local",
    ]);
    const empty = block.answer(`${EXTERNAL}.production.svc.cluster.local`, "AAAA", CLIENT);
    expect([empty.rcode, empty.answers]).toEqual(["NOERROR", []]);
  });

  test("only the first element of the list is walked", () => {
    const block = blockOf(VERIFIED);
    for (const suffix of ["svc.cluster.local", "cluster.local", "other.svc.cluster.local"]) {
      expect(block.answer(`${EXTERNAL}.${suffix}`, "A", CLIENT).rcode).toBe("NXDOMAIN");
    }
    expect(block.upstream.tries).toEqual([]);
  });

  test("when all are NXDOMAIN the first reply goes back", () => {
    const block = blockOf(VERIFIED);
    const answer = block.answer("nosuch.example.com.production.svc.cluster.local", "A", CLIENT);
    expect(answer.rcode).toBe("NXDOMAIN");
    // the SOA of the cluster's zone, not that of the upstream
    expect(answer.authority[0]?.name).toBe("cluster.local");
    expect(block.upstream.tries.length).toBe(2);
  });

  test.each([
    ["without pods verified", `autopath @kubernetes\n${KUBERNETES("insecure")}\nforward . 192.0.2.53`, pod("client")],
    ["for an address that is no pod's", VERIFIED, null],
    ["with the list of another namespace, when the address has changed hands", VERIFIED, pod("client", "other")],
  ])("%s nothing is walked", (_case, directives, client) => {
    const block = blockOf(directives, client);
    expect(block.answer(`${EXTERNAL}.production.svc.cluster.local`, "A", CLIENT).rcode).toBe("NXDOMAIN");
    expect(block.upstream.tries).toEqual([]);
  });

  test("stands before the cache: each name of the walk has an entry of its own", () => {
    const block = blockOf(`cache 30\n${VERIFIED}`);
    block.answer(`${EXTERNAL}.production.svc.cluster.local`, "A", CLIENT);
    block.answer(EXTERNAL, "A", CLIENT);
    expect(block.upstream.tries.length).toBe(2);
  });

  test.each([
    ["autopath @etcd", '2:10 autopath: "etcd" knows no search lists'],
    ["autopath /etc/other", '2:10 autopath: there is no file "/etc/other"'],
    ["autopath", "2:1 autopath takes at least 1 argument, not 0"],
    ["autopath @kubernetes", "2:1 autopath @kubernetes needs the kubernetes plugin"],
  ])("%s is refused", (text, message) => {
    expect(errorsOf(`${text}\nforward . 192.0.2.53`)).toEqual([message]);
  });
});

/** The questions of one getaddrinfo, with a host domain in the search list. */
function questionsOf(directives: string): { questions: Question[]; lookup: Lookup } {
  const block = blockOf(directives);
  const questions: Question[] = [];
  // one socket that is open for as long as the process lives
  const socket = new UdpSocket();
  const transport: Transport = {
    open: () => socket,
    send(_socket, nameserver, question, id, onReply, payload) {
      questions.push(question);
      const sent = { socket, nameserver, question, id };
      const reply = block.chain({ question, now: block.context.now, source: CLIENT });
      const back = (answer: Answer): void => {
        block.context.after(100, Phase.traffic, (each: Answer) => onReply(payload, each, sent), answer);
      };
      if (reply instanceof PendingAnswer) reply.whenAnswered(back);
      else back(reply);
      return Number.POSITIVE_INFINITY;
    },
    close() {},
  };
  const search = "production.svc.cluster.local svc.cluster.local cluster.local corp.example";
  const text = `nameserver 10.96.0.10\nsearch ${search}\noptions ndots:5\n`;
  const resolve = createGlibcResolver(text, transport, block.context.child("client"));
  const lookups: Lookup[] = [];
  resolve(EXTERNAL, (list: Lookup[], lookup) => list.push(lookup), lookups);
  block.runUntil(10_000_000);
  return { questions, lookup: lookups[0]! };
}

describe("an external name with one host domain in the search list", () => {
  test("DNS-3 costs 5 names and, with AAAA, 10 questions", () => {
    const { questions, lookup } = questionsOf(`${KUBERNETES("insecure")}\nforward . 192.0.2.53`);
    expect(lookup.status).toBe("ok");
    expect(questions.length).toBe(10);
    expect([...new Set(questions.map(({ name }) => name))]).toEqual([
      `${EXTERNAL}.production.svc.cluster.local`,
      `${EXTERNAL}.svc.cluster.local`,
      `${EXTERNAL}.cluster.local`,
      `${EXTERNAL}.corp.example`,
      EXTERNAL,
    ]);
  });

  test("DNS-3 with autopath 2 questions are enough", () => {
    const { questions, lookup } = questionsOf(VERIFIED);
    expect(lookup).toMatchObject({ status: "ok", addresses: [parseAddress("198.51.100.1")] });
    expect(questions.map(({ type }) => type)).toEqual(["A", "AAAA"]);
  });
});
