/** Statements about the forward plugin: tries, deadlines, health, limits. */
import { describe, expect, test } from "vitest";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { ANSWER_AFTER, answered, errorsOf, record, ServerBlock } from "../dns/plugins/server-block.js";

const NAME = "api.example.com";
const ONE = "forward . 192.0.2.53";
const TWO = "forward . 192.0.2.53 192.0.2.54 {\n policy sequential\n}";

function servers(block: ServerBlock): string[] {
  return block.upstream.tries.map(({ server }) => server);
}

describe("DNS-46 forward", () => {
  test("DNS-46 a try lasts 2 s, the next upstream is asked at once, and its answer counts", () => {
    const block = new ServerBlock(TWO);
    block.upstream.decide = ({ server }) =>
      server === "192.0.2.53" ? "timeout" : answered("NOERROR", record(NAME, "A", "198.51.100.1"));
    const result = block.ask(NAME);
    block.runUntil(10 * SECOND);
    expect(servers(block)).toEqual(["192.0.2.53", "192.0.2.54"]);
    expect(block.upstream.tries.map(({ at }) => at)).toEqual([0, 2 * SECOND]);
    expect(result).toMatchObject({ at: 2 * SECOND + ANSWER_AFTER, answer: { rcode: "NOERROR" } });
  });

  test("DNS-46 no try begins after 5 s: three upstreams are tried at 0, 2 and 4 s, and SERVFAIL comes at 6 s", () => {
    const block = new ServerBlock("forward . 192.0.2.53 192.0.2.54 192.0.2.55 {\n max_fails 0\n}");
    block.upstream.decide = () => "timeout";
    const result = block.ask(NAME);
    block.runUntil(20 * SECOND);
    expect(block.upstream.tries.map(({ at }) => at)).toEqual([0, 2 * SECOND, 4 * SECOND]);
    expect(result).toMatchObject({ at: 6 * SECOND, answer: { rcode: "SERVFAIL" } });
  });

  test("DNS-46 two tries for each upstream: a single silent one ends in SERVFAIL at 4 s", () => {
    const block = new ServerBlock(ONE);
    block.upstream.decide = () => "timeout";
    const result = block.ask(NAME);
    block.runUntil(20 * SECOND);
    expect(block.upstream.tries.map(({ at }) => at)).toEqual([0, 2 * SECOND]);
    expect(result).toMatchObject({ at: 4 * SECOND, answer: { rcode: "SERVFAIL" } });
  });

  test("DNS-46 an upstream that refuses is tried twice and costs next to nothing", () => {
    const block = new ServerBlock(ONE);
    block.upstream.decide = () => "refused";
    const result = block.ask(NAME);
    block.runUntil(SECOND);
    expect(block.upstream.tries.length).toBe(2);
    expect(result).toMatchObject({ at: 2 * MILLISECOND, answer: { rcode: "SERVFAIL" } });
  });

  test("DNS-46 the SERVFAIL is cached for 5 s", () => {
    const block = new ServerBlock(`${ONE}\ncache 30`);
    block.upstream.decide = () => "refused";
    expect(block.answer(NAME).rcode).toBe("SERVFAIL");
    const asked = block.upstream.tries.length;
    const failedAt = block.context.now;
    block.runUntil(failedAt + 5 * SECOND - 1);
    expect(block.answer(NAME).rcode).toBe("SERVFAIL");
    expect(block.upstream.tries.length).toBe(asked);
    block.upstream.decide = () => answered("NOERROR", record(NAME, "A", "198.51.100.1"));
    block.runUntil(failedAt + 5 * SECOND);
    expect(block.answer(NAME).rcode).toBe("NOERROR");
  });

  test("DNS-46 health checks begin with an error, go on every 0.5 s while they fail, and end with a success", () => {
    const block = new ServerBlock(ONE);
    block.answer(NAME);
    block.runUntil(10 * SECOND);
    expect(block.upstream.checks).toEqual([]);
    block.upstream.decide = () => "refused";
    block.ask(NAME);
    block.runUntil(12 * SECOND);
    const firstAt = 10 * SECOND + MILLISECOND;
    const period = 500 * MILLISECOND + MILLISECOND;
    expect(block.upstream.checks.map(({ at }) => at)).toEqual([0, 1, 2, 3].map((n) => firstAt + n * period));
    expect(block.upstream.checks[0]?.options.timeout).toBe(SECOND);
    block.upstream.decide = () => answered("REFUSED");
    block.runUntil(13 * SECOND);
    expect(block.upstream.checks.length).toBe(5);
    block.runUntil(60 * SECOND);
    expect(block.upstream.checks.length).toBe(5);
    expect(block.simulation.nextTime()).toBe(Number.POSITIVE_INFINITY);
  });

  test("DNS-46 an upstream is down after more than two failed checks, and up with the first success", () => {
    const block = new ServerBlock(TWO);
    const dead = new Set(["192.0.2.53"]);
    block.upstream.decide = ({ server }) => (dead.has(server) ? "refused" : answered("NOERROR"));
    block.answer(NAME);
    // checks at 1, 502 and 1003 ms: the third failure is known at 1004 ms
    block.runUntil(1003 * MILLISECOND);
    const before = block.upstream.tries.length;
    block.answer(NAME);
    expect(servers(block).slice(before)).toEqual(["192.0.2.53", "192.0.2.54"]);
    block.runUntil(1100 * MILLISECOND);
    const after = block.upstream.tries.length;
    block.answer(NAME);
    expect(servers(block).slice(after)).toEqual(["192.0.2.54"]);
    dead.clear();
    block.runUntil(3 * SECOND);
    const recovered = block.upstream.tries.length;
    block.answer(NAME);
    expect(servers(block).slice(recovered)).toEqual(["192.0.2.53"]);
  });

  test("DNS-46 all down: a random upstream is tried all the same, once, and every upstream has its turn", () => {
    const block = new ServerBlock(TWO);
    block.upstream.decide = () => "refused";
    block.answer(NAME);
    block.runUntil(2 * SECOND);
    const before = block.upstream.tries.length;
    for (let i = 0; i < 200; i++) expect(block.answer(NAME).rcode).toBe("SERVFAIL");
    const sprayed = servers(block).slice(before);
    expect(sprayed.length).toBe(200);
    const first = sprayed.filter((server) => server === "192.0.2.53").length;
    expect(first).toBeGreaterThan(70);
    expect(first).toBeLessThan(130);
  });

  test("DNS-46 failfast: with all upstreams down nobody is asked", () => {
    const block = new ServerBlock(`${ONE} {\n failfast_all_unhealthy_upstreams\n}`);
    block.upstream.decide = () => "refused";
    block.answer(NAME);
    block.runUntil(2 * SECOND);
    const before = block.upstream.tries.length;
    expect(block.answer(NAME).rcode).toBe("SERVFAIL");
    expect(block.upstream.tries.length).toBe(before);
  });

  test("DNS-46 max_fails 0: no health checks, nothing is ever down", () => {
    const block = new ServerBlock(`${ONE} {\n max_fails 0\n}`);
    block.upstream.decide = () => "refused";
    for (let i = 0; i < 5; i++) block.answer(NAME);
    block.runUntil(5 * SECOND);
    expect(block.upstream.checks).toEqual([]);
    expect(block.upstream.tries.length).toBe(10);
  });

  test("DNS-46 questions beyond max_concurrent are REFUSED at once", () => {
    const block = new ServerBlock(`${ONE} {\n max_concurrent 2\n}`);
    const replies = ["a.example", "b.example", "c.example"].map((name) => block.ask(name));
    expect(replies.map(({ answer }) => answer?.rcode)).toEqual([undefined, undefined, "REFUSED"]);
    block.runUntil(SECOND);
    expect(replies.map(({ answer }) => answer?.rcode)).toEqual(["NOERROR", "NOERROR", "REFUSED"]);
    expect(block.answer("d.example").rcode).toBe("NOERROR");
  });

  test("DNS-46 the policy is random unless the Corefile says otherwise", () => {
    const firsts = (policy: string): number => {
      const block = new ServerBlock(`forward . 192.0.2.53 192.0.2.54 {\n policy ${policy}\n}`);
      for (let i = 0; i < 400; i++) block.answer(NAME);
      return servers(block).filter((server) => server === "192.0.2.53").length;
    };
    expect(firsts("random")).toBeGreaterThan(150);
    expect(firsts("random")).toBeLessThan(250);
    expect(firsts("round_robin")).toBe(200);
    expect(firsts("sequential")).toBe(400);
    const plain = new ServerBlock("forward . 192.0.2.53 192.0.2.54");
    for (let i = 0; i < 400; i++) plain.answer(NAME);
    expect(servers(plain).filter((server) => server === "192.0.2.53").length).toBe(firsts("random"));
  });

  test("DNS-46 force_tcp goes before prefer_udp, and health checks use the same protocol", () => {
    const block = new ServerBlock(`${ONE} {\n prefer_udp\n force_tcp\n}`);
    block.upstream.decide = () => "refused";
    block.answer(NAME);
    expect(new Set(block.upstream.asked.map(({ options }) => options.protocol))).toEqual(new Set(["TCP"]));
    const udp = new ServerBlock(ONE);
    udp.answer(NAME);
    expect(udp.upstream.tries[0]?.options).toMatchObject({ protocol: "UDP", timeout: 2 * SECOND, expire: 10 * SECOND });
  });

  test("DNS-46 at most 15 upstreams", () => {
    const addresses = Array.from({ length: 16 }, (_, index) => `192.0.2.${index + 1}`);
    expect(errorsOf(`forward . ${addresses.slice(1).join(" ")}`)).toEqual([]);
    expect(errorsOf(`forward . ${addresses.join(" ")}`)).toEqual(["2:1 forward takes at most 15 servers, not 16"]);
  });
});

describe("forward: which names", () => {
  test("several forwards are asked in their order; except and other zones go on", () => {
    const block = new ServerBlock(
      "forward lab.example 192.0.2.1\nforward example 192.0.2.2 {\n except not.example\n}\nforward . /etc/resolv.conf {\n policy sequential\n}",
    );
    for (const name of ["a.lab.example", "a.example", "b.not.example", "example", "other.net"]) block.answer(name);
    expect(servers(block)).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.53", "192.0.2.2", "192.0.2.53"]);
  });

  test.each([
    ["forward . tls://9.9.9.9", "2:11 forward: forwarding over tls is not modelled yet"],
    ["forward . dns.example", '2:11 forward: "dns.example" is no IPv4 address'],
    ["forward . 9.9.9.9:5353", '2:11 forward: a DNS server at port "5353" is not modelled yet'],
    ["forward . /etc/other.conf", '2:11 forward: there is no file "/etc/other.conf"'],
    ["forward .", "2:1 forward takes at least 2 arguments, not 1"],
    ["forward . 9.9.9.9 {\n next NXDOMAIN\n}", "3:2 next of forward is not modelled yet"],
    ["forward . 9.9.9.9 {\n policy best\n}", '3:9 policy: expected random or round_robin or sequential, not "best"'],
  ])("%s is refused", (text, message) => {
    expect(errorsOf(text)).toEqual([message]);
  });
});
