import { describe, expect, it } from "vitest";
import { parseCorefile } from "../../../src/dns/corefile/parser.js";

const ENVIRONMENT = { LOOP: "{$LOOP}x", COMMA: "a.org," };

/** Every error as "line:column message". */
const said = (text: string): readonly string[] =>
  parseCorefile(text, { environment: ENVIRONMENT }).errors.map(
    ({ position, message }) => `${position.line}:${position.column} ${message}`,
  );

const REJECTED: readonly (readonly [text: string, ...errors: string[]])[] = [
  ["{\n  log\n}", '1:1 "{" without a key before it'],
  ["}\n", '1:1 "}" without a key before it'],
  [". {\n  log\n}\n}\n", '4:1 "}" without a key before it'],
  [".\nlog\n}\n", '3:1 "}" without "{"'],
  [". {\n  log\n", '1:3 "{" without "}": the server block has no end'],
  [
    ". {\n  health {\n    lameduck 5s\n",
    '1:3 "{" without "}": the server block has no end',
    '2:10 "{" without "}": the block has no end',
  ],
  [". { whoami }\n", '1:12 "}" on the line of "whoami"'],
  [". {\n log }\n}\n", '2:6 "}" on the line of "log"', '3:1 "}" without a key before it'],
  [". {\n  health { lameduck 5s } }\n", '2:26 "}" after a closing brace'],
  [". {\n  health {\n   lameduck 5s\n  } ready\n}", '4:5 "ready" after a closing brace'],
  [". {\n  cache\n  {\n    success 10\n  }\n}", '3:3 "{" must stand on the line of its directive'],
  [". {\n  a {\n    {\n     b\n    }\n  }\n}", '3:5 "{" must stand on the line of its directive'],
  [".:53 {}\n", '1:6 "{}" is no domain name: "{" cannot stand in it'],
  [".:53{\n log\n}\n", '1:1 "53{" is no port, in the key ".:53{"', '3:1 "}" without "{"'],
  ["a.org, {\n}", '1:8 a key is missing between the comma and "{"'],
  ["a.org,", "1:1 a key is missing after the comma"],
  ["{$COMMA} {\n}", '1:10 a key is missing between the comma and "{"'],
  [", a.org {\n}", "1:1 a key is missing before the comma"],
  ["a.org,b.org {\n}", '1:1 "a.org,b.org" is no domain name: "," cannot stand in it'],
  ["{$UNSET} {\n log\n}", "1:1 no key is left of this server block"],
  ['"" {\n log\n}', "1:1 no key is left of this server block"],
  ["a..b {\n}", '1:1 "a..b" is no domain name'],
  [`${"x".repeat(64)}.org {\n}`, `1:1 "${"x".repeat(57)}..." is no domain name`],
  [":53 {\n}", '1:1 "" is no domain name'],
  ["a.org: {\n}", '1:1 "" is no port, in the key "a.org:"'],
  ["a.org:dns {\n}", '1:1 "dns" is no port, in the key "a.org:dns"'],
  ["a.org:0 {\n}", '1:1 "0" is no port, in the key "a.org:0"'],
  ["a.org:65536 {\n}", '1:1 "65536" is no port, in the key "a.org:65536"'],
  ["dsn://a.org {\n}", '1:1 there is no scheme "dsn"'],
  ["udp://a.org {\n}", '1:1 there is no scheme "udp"'],
  ["10.0.0.0/33 {\n}", '1:1 "10.0.0.0/33" is no range of addresses'],
  ["10.0.0/8 {\n}", '1:1 "10.0.0/8" is no range of addresses'],
  ["2001:db8:::/32 {\n}", '1:1 "2001:db8:::/32" is no range of addresses'],
  ["fd00::/129 {\n}", '1:1 "fd00::/129" is no range of addresses'],
  ["a.org {\n}\nb.org A.ORG.:53 {\n}", "3:7 dns://a.org.:53 is served twice: the first key is at line 1, column 1"],
  [". {\n}\ndns://.:53 {\n}", "3:1 dns://.:53 is served twice: the first key is at line 1, column 1"],
  [
    "10.0.0.0/23 {\n}\n0.0.10.in-addr.arpa {\n}",
    "3:1 dns://0.0.10.in-addr.arpa.:53 is served twice: the first key is at line 1, column 1",
  ],
  ['. {\n  log "all\n}\n', '1:3 "{" without "}": the server block has no end', "2:7 this quote has no end"],
  ["(a) {\n log\n", '1:5 "{" without "}": the snippet "a" has no end'],
  ["(a)\nlog\n", '1:1 the snippet "a" needs braces'],
  ["(a) {\n log\n}\n(a) {\n log\n}\n", '4:1 a second snippet called "a"'],
  ["(a) {\n import a\n}\n", '2:2 the snippet "a" imports itself'],
  ["(a) {\n import b\n}\n(b) {\n import a\n}\n. {\n import a\n}\n", "5:2 more than 10000 imports"],
  [". {\n import\n log\n}", "2:2 import takes the name of a snippet"],
  ["(a) {\n log\n}\n. {\n import a b\n}", "5:11 import takes one argument"],
  ['. {\n import ""\n}', "2:9 import takes the name of a snippet, this one is empty"],
  [". {\n import late\n}\n(late) {\n log\n}", '2:9 there is no snippet "late" before this line, and no such file'],
  [
    ". {\n import custom/a.override\n}\nimport /etc/coredns/b.server\nimport */*.server\n",
    '2:9 there is no file "custom/a.override"',
    '4:8 there is no file "/etc/coredns/b.server"',
    '5:8 "*/*.server": a pattern of import has one "*" at most',
  ],
  [". {\n log {$LOOP}\n}", '2:6 the variables in "{$LOOP}" refer to themselves'],
  [`. {\n${" a {\n".repeat(33)}${" }\n".repeat(33)}}`, "33:4 blocks within each other deeper than 32 levels"],
  ["(s) {\n a.org:x {\n }\n}\nimport s\nimport s\n", '2:2 "x" is no port, in the key "a.org:x"'],
  [
    "a.org:x {\n b { c } }\n}\n",
    '1:1 "x" is no port, in the key "a.org:x"',
    '2:10 "}" after a closing brace',
    '3:1 "}" without a key before it',
  ],
];

describe("rejected Corefiles", () => {
  it("are at least thirty", () => {
    expect(REJECTED.length).toBeGreaterThanOrEqual(30);
  });

  it.each(REJECTED)("%j", (text, ...errors) => {
    expect(said(text)).toEqual(errors);
    expect(parseCorefile(text, { environment: ENVIRONMENT }).corefile).toBeNull();
  });

  it("tells at most a hundred errors", () => {
    expect(said("a:x {\n}\n".repeat(500))).toHaveLength(100);
  });

  it("a file name has a hint that says what to do", () => {
    const [error] = parseCorefile(". {\n import a.conf\n}").errors;
    expect(error?.hint).toBe(
      "give its ConfigMap (kube-system/coredns-custom), or put its lines in the place of the import",
    );
  });
});
