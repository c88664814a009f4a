/** template (dns.md §1.5), and hosts beside it. */
import { describe, expect, test } from "vitest";
import { formatAddress } from "../../../src/model/address.js";
import type { Answer } from "../../../src/model/dns.js";
import { answered, errorsOf, record, ServerBlock } from "./server-block.js";

const FORWARD = "forward . 192.0.2.53";
const IP = `template IN A example {
  match (^|[.])ip-(?P<a>[0-9]*)-(?P<b>[0-9]*)-(?P<c>[0-9]*)-(?P<d>[0-9]*)[.]example[.]$
  answer "{{ .Name }} 60 IN A {{ .Group.a }}.{{ .Group.b }}.{{ .Group.c }}.{{ .Group.d }}"
  fallthrough
}`;

function shape({ rcode, answers }: Answer): [string, string[]] {
  return [
    rcode,
    answers.map(({ name, ttl, address, data }) => `${name} ${ttl} ${address === null ? data : formatAddress(address)}`),
  ];
}

describe("template", () => {
  test("fills what a pattern matched into a record", () => {
    const block = new ServerBlock(`${IP}\n${FORWARD}`);
    expect(shape(block.answer("web.ip-10-1-2-3.example"))).toEqual([
      "NOERROR",
      ["web.ip-10-1-2-3.example 60 10.1.2.3"],
    ]);
    expect(block.upstream.tries).toEqual([]);
  });

  test("other types, other zones and, with fallthrough, other names go on", () => {
    const block = new ServerBlock(`${IP}\n${FORWARD}`);
    block.answer("ip-10-1-2-3.example", "AAAA");
    block.answer("ip-10-1-2-3.other");
    block.answer("web.example");
    expect(block.upstream.tries.length).toBe(3);
  });

  test("without fallthrough a name that no pattern matches is SERVFAIL", () => {
    const block = new ServerBlock(`${IP.replace("  fallthrough\n", "")}\n${FORWARD}`);
    expect(block.answer("web.example").rcode).toBe("SERVFAIL");
    expect(block.upstream.tries).toEqual([]);
  });

  test("an rcode alone answers every name of the zone; the default is NOERROR", () => {
    const block = new ServerBlock(`template ANY ANY invalid {
      rcode NXDOMAIN
      authority "invalid. 60 {{ .Class }} SOA ns.invalid. hostmaster.invalid. (1 60 60 60 60)"
    }
    ${FORWARD}`);
    const answer = block.answer("a.b.invalid", "AAAA");
    expect([answer.rcode, answer.answers, answer.authority.map(({ type, ttl }) => [type, ttl])]).toEqual([
      "NXDOMAIN",
      [],
      [["SOA", 60]],
    ]);
    expect(block.answer("a.valid").rcode).toBe("NOERROR");
  });

  test("templates are tried in their order", () => {
    const block = new ServerBlock(`template IN A {
      match ^a[.]
      answer "{{ .Name }} A 198.51.100.1"
      fallthrough
    }
    template IN A {
      match ^(b)[.]
      answer "{{ index .Match 1 }}.{{ .Zone }} 5 A 198.51.100.2"
      fallthrough
    }
    ${FORWARD}`);
    expect(shape(block.answer("a.example"))[1]).toEqual(["a.example 3600 198.51.100.1"]);
    expect(shape(block.answer("b.example"))[1]).toEqual(["b. 5 198.51.100.2"]);
    block.answer("c.example");
    expect(block.upstream.tries.length).toBe(1);
  });

  test("an alias is completed with what this server knows of its target", () => {
    const block = new ServerBlock(`template IN ANY short.example {
      answer "{{ .Name }} 60 IN CNAME long.example.net."
    }
    ${FORWARD}`);
    block.upstream.decide = ({ question }) => answered("NOERROR", record(question.name, "A", "198.51.100.7"));
    expect(shape(block.answer("short.example"))[1]).toEqual([
      "short.example 60 long.example.net.",
      "long.example.net 60 198.51.100.7",
    ]);
  });

  test("a record that cannot be read once it is filled in makes the reply SERVFAIL", () => {
    const block = new ServerBlock(`template IN A {\n answer "{{ .Name }} 60 IN A 300.1.2.3"\n}\n${FORWARD}`);
    expect(block.answer("a.example").rcode).toBe("SERVFAIL");
  });

  test.each([
    ["template IN A", "2:1 the template has no answer"],
    ['template IN A {\n match (a\n answer "a A 1.2.3.4"\n}', '3:8 match: the pattern "(a": a ")" is missing'],
    ['template IN A {\n answer "{{ .Meta }} A 1.2.3.4"\n}', "3:9 answer: the action {{ .Meta }} is not modelled yet"],
    ['template IN A {\n answer "{{ .Name A 1.2.3.4"\n}', '3:9 answer: a "}}" is missing'],
    ["template IN MX {\n rcode NXDOMAIN\n}", '2:13 template: expected A or AAAA or ANY, not "MX"'],
    ["template CH A {\n rcode NXDOMAIN\n}", '2:10 template: expected IN or ANY, not "CH"'],
    [
      "template IN A {\n rcode BADVERS\n}",
      '3:8 rcode: expected NOERROR or NXDOMAIN or SERVFAIL or REFUSED, not "BADVERS"',
    ],
  ])("%s is refused", (text, message) => {
    expect(errorsOf(`${text}\n${FORWARD}`)).toContain(message);
  });
});

const HOSTS = `hosts {
  198.51.100.1 a.example alias.example
  198.51.100.2 a.example
  2001:db8::1 six.example
  ttl 60
  fallthrough example
}`;

describe("hosts", () => {
  test("answers inline entries in their order, and nothing for the other family", () => {
    const block = new ServerBlock(`${HOSTS}\n${FORWARD}`);
    expect(shape(block.answer("a.example"))).toEqual([
      "NOERROR",
      ["a.example 60 198.51.100.1", "a.example 60 198.51.100.2"],
    ]);
    expect(shape(block.answer("a.example", "AAAA"))).toEqual(["NOERROR", []]);
    expect(shape(block.answer("six.example"))).toEqual(["NOERROR", []]);
    expect(block.upstream.tries).toEqual([]);
  });

  test("what is not listed falls through where it may, and is SERVFAIL elsewhere", () => {
    const block = new ServerBlock(`${HOSTS}\n${FORWARD}`);
    expect(block.answer("b.example").rcode).toBe("NOERROR");
    expect(block.answer("b.net").rcode).toBe("SERVFAIL");
    expect(block.upstream.tries.map(({ question }) => question.name)).toEqual(["b.example"]);
  });

  test("the default TTL is 3600 s; entries are for the zones of the block", () => {
    const block = new ServerBlock("hosts {\n 198.51.100.1 a.example\n}", { zone: "example" });
    expect(shape(block.answer("a.example"))[1]).toEqual(["a.example 3600 198.51.100.1"]);
  });

  test.each([
    ["hosts {\n a.example 198.51.100.1\n}", '3:2 "a.example" is no address'],
    ["hosts {\n 198.51.100.1\n}", "3:2 198.51.100.1 takes at least 1 argument, not 0"],
    ["hosts {\n ttl 0\n}", '3:6 ttl: "0" is no whole number from 1 to 65535'],
  ])("%s is refused", (text, message) => {
    expect(errorsOf(`${text}\n${FORWARD}`)).toEqual([message]);
  });
});

test("an answer names the plugin that gave it", () => {
  const block = new ServerBlock(`${IP}\nhosts {\n  192.0.2.1 static.example\n  fallthrough\n}\n${FORWARD}`);
  const sourceOf = (name: string) => block.answer(name).source;
  expect(sourceOf("ip-10-1-2-3.example")).toBe("template");
  expect(sourceOf("static.example")).toBe("hosts");
  expect(sourceOf("web.other")).toBe("forward");
});
