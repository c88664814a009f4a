/**
 * A property of which CoreDNS's setup takes one word leaves the rest of its line to the block (dispenser NextArg); one that
 * takes what is left on the line takes the brace as well (RemainingArgs).
 */
import { describe, expect, test } from "vitest";
import { parseCorefile } from "../../../src/dns/corefile/parser.js";
import { PLUGINS } from "../../../src/dns/plugins/order.js";
import { configureServers } from "../../../src/dns/server/configure.js";

function errorsOf(line: string): readonly string[] {
  const { corefile, errors } = parseCorefile(`. {\n cache 30\n ${line}\n loop\n}\n`);
  if (corefile === null) return errors.map(({ message }) => message);
  const context = { hostSearch: [], hostNameservers: [1] };
  return configureServers(corefile, PLUGINS, context).errors.map(({ message }) => message);
}

describe("a block on one line", () => {
  test.each([
    "forward . /etc/resolv.conf { max_concurrent 1000 }",
    "forward . 192.0.2.1 { policy sequential }",
    "forward . 192.0.2.1 { expire 5s }",
    "forward . 192.0.2.1 { max_fails 0 }",
    "forward . 192.0.2.1 { policy sequential max_concurrent 1000 expire 20s }",
    "forward . 192.0.2.1 {\n  policy random max_fails 3\n  force_tcp\n }",
    "forward . 192.0.2.1 {\n  max_concurrent 1000 }",
    "template ANY ANY example.org { rcode NXDOMAIN }",
  ])("%j is taken", (line) => {
    expect(errorsOf(line)).toEqual([]);
  });

  test.each([
    ["health { lameduck 5s }", "lameduck takes 1 argument, not 2"],
    ["forward . 192.0.2.1 { force_tcp }", "force_tcp takes no arguments, not 1"],
    ["forward . 192.0.2.1 { except a.org }", 'except: "}" is no domain name'],
    // Its setup goes on to options behind the period.
    ["forward . 192.0.2.1 { health_check 5s }", 'health_check: expected no_rec or domain, not "}"'],
    ["kubernetes cluster.local { ttl 30 }", "ttl takes 1 argument, not 2"],
    ["forward . 192.0.2.1 { max_concurrent many }", 'max_concurrent: "many" is no whole number'],
    ["forward . 192.0.2.1 { max_concurrent }", 'max_concurrent: "}" is no whole number'],
    ["forward . 192.0.2.1 { max_concurrent 1000 2000 }", 'forward has no property "2000"'],
  ])("%j is refused", (line, message) => {
    expect(errorsOf(line).join()).toContain(message);
  });
});
