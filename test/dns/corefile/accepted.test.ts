import { describe, expect, it } from "vitest";
import type { Corefile, Directive } from "../../../src/dns/corefile/corefile.js";
import { parseCorefile } from "../../../src/dns/corefile/parser.js";
import { COREDNS_DEPLOYMENT, EKS, KUBEADM_1_31, KUBEADM_1_32, NODE_LOCAL } from "./corefiles.js";

/** A Corefile in one line: keys, then directives with their arguments, blocks in angle brackets. */
function summary({ blocks }: Corefile): string {
  return blocks
    .map(({ keys, directives }) => {
      const texts = keys.map(({ scheme, zone, port }) => `${scheme}://${zone}:${port}`);
      return `${texts.join(" ")} [${directives.map(written).join("; ")}]`;
    })
    .join(" | ");
}

function written({ name, arguments: given, block }: Directive): string {
  const texts = [name, ...given].map(({ text }) => (/^[^\s"<>;]+$/.test(text) ? text : JSON.stringify(text)));
  return `${texts.join(" ")}${block === null ? "" : ` <${block.map(written).join("; ")}>`}`;
}

const HEAD = "dns://:53";

const ACCEPTED: readonly (readonly [what: string, text: string, expected: string])[] = [
  ["an empty text is the built-in block", "", `${HEAD} [whoami; log]`],
  ["comments and blank lines alone as well", "# nothing\n\n   # here\n", `${HEAD} [whoami; log]`],
  ["a snippet alone as well", "(unused) {\n  errors\n}\n", `${HEAD} [whoami; log]`],
  ["a block", ".:53 {\n  whoami\n}\n", `${HEAD} [whoami]`],
  ["a key without port", ". {\n  whoami\n}", `${HEAD} [whoami]`],
  ["no line feed at the end", "example.org {\n  log\n}", "dns://example.org:53 [log]"],
  ["a block without directives", ". { }", `${HEAD} []`],
  ["keys alone", "example.org:5353", "dns://example.org:5353 []"],
  ["a block without braces", "example.org\nerrors\ncache 30\n", "dns://example.org:53 [errors; cache 30]"],
  [
    "a property block in a block without braces",
    "example.org\nhealth {\n lameduck 5s\n}\nlog",
    "dns://example.org:53 [health <lameduck 5s>; log]",
  ],
  ["a brace on the line after the key", "example.org\n{\n  log\n}", "dns://example.org:53 [log]"],
  ["a directive on the line of the brace", "example.org { log\n}", "dns://example.org:53 [log]"],
  ["two blocks, the second on the line where the first ends", "a {\n} b {\n}", "dns://a:53 [] | dns://b:53 []"],
  ["keys parted by spaces", "a b c:54 {\n}", "dns://a:53 dns://b:53 dns://c:54 []"],
  ["keys parted by commas", "a, b, c {\n}", "dns://a:53 dns://b:53 dns://c:53 []"],
  ["keys on the line after a comma", "a,\nb,\n  c {\n}", "dns://a:53 dns://b:53 dns://c:53 []"],
  ["upper case and trailing dots in keys", "Example.ORG. {\n}", "dns://example.org:53 []"],
  ["the same zone on two ports", "a:53 {\n}\na:54 {\n}", "dns://a:53 [] | dns://a:54 []"],
  [
    "schemes and their ports",
    "dns://a tls://a quic://b grpc://a https://b https3://c {\n}",
    "dns://a:53 tls://a:853 quic://b:853 grpc://a:443 https://b:443 https3://c:443 []",
  ],
  ["a scheme and a port", "tls://example.org:1853 {\n}", "tls://example.org:1853 []"],
  ["a range of three octets", "10.1.2.0/24 {\n}", "dns://2.1.10.in-addr.arpa:53 []"],
  ["a range with a port", "10.0.0.0/8:5300 {\n}", "dns://10.in-addr.arpa:5300 []"],
  [
    "a range that ends within an octet",
    "172.16.0.0/14 {\n}",
    "dns://16.172.in-addr.arpa:53 dns://17.172.in-addr.arpa:53 dns://18.172.in-addr.arpa:53 dns://19.172.in-addr.arpa:53 []",
  ],
  ["a range of IPv6", "2001:db8::/32 {\n}", "dns://8.b.d.0.1.0.0.2.ip6.arpa:53 []"],
  [
    "a range of IPv6 that ends within a digit, with a port",
    "fd00::/7:54 {\n}",
    "dns://c.f.ip6.arpa:54 dns://d.f.ip6.arpa:54 []",
  ],
  ["a reverse zone by name, and a wildcard", "in-addr.arpa *.a {\n}", "dns://in-addr.arpa:53 dns://*.a:53 []"],
  [
    "quoted arguments",
    '. {\n log "{remote} said" "a\\"b" "c\\d" ""\n}',
    `${HEAD} [log "{remote} said" "a\\"b" c\\d ""]`,
  ],
  ["a quoted argument over lines", '. {\n log "a\nb" c\n errors\n}', `${HEAD} [log "a\\nb" c; errors]`],
  ["a quote within a token is a letter", '. {\n log a"b c"\n}', `${HEAD} [log "a\\"b" "c\\""]`],
  ["a comment ends a token", ". {\n cache 30#seconds\n log # all\n}", `${HEAD} [cache 30; log]`],
  ["no comment within quotes", '. {\n log "a # b"\n}', `${HEAD} [log "a # b"]`],
  ["a comment between keys", "a, # first\nb {\n}", "dns://a:53 dns://b:53 []"],
  ["a byte order mark and carriage returns", "\ufeff. {\r\n\tcache 30\r\n\tlog\r\n}\r\n", `${HEAD} [cache 30; log]`],
  ["a snippet", "(common) {\n errors\n cache 30\n}\n. {\n import common\n log\n}", `${HEAD} [errors; cache 30; log]`],
  [
    "a snippet in a property block",
    "(ttl) {\n ttl 30\n}\n. {\n kubernetes a {\n  pods insecure\n  import ttl\n  noendpoints\n }\n}",
    `${HEAD} [kubernetes a <pods insecure; ttl 30; noendpoints>]`,
  ],
  [
    "a snippet with blocks, imported by another, used twice",
    "(b) {\n health {\n  lameduck 5s\n }\n}\n(c) {\n import b\n log\n}\na {\n import c\n}\nd {\n import c\n}",
    "dns://a:53 [health <lameduck 5s>; log] | dns://d:53 [health <lameduck 5s>; log]",
  ],
  ["a snippet that holds a server block", "(s) {\n a {\n  log\n }\n}\nimport s\n", "dns://a:53 [log]"],
  ["a snippet that holds keys", "(k) {\n a b\n}\nc,\nimport k\n{\n log\n}", "dns://c:53 dns://a:53 dns://b:53 [log]"],
  ["a snippet without tokens", "(none) { }\n. {\n import none\n log\n}", `${HEAD} [log]`],
  ["import as an argument", ". {\n log import\n}", `${HEAD} [log import]`],
  [
    "variables in keys, names and arguments",
    "{$ZONE}:{%PORT%} {\n {$PLUGIN} {$UP}/{$UP} a{$UNSET}b {$}\n}",
    'dns://example.org:5353 [forward "1.1.1.1 8.8.8.8/1.1.1.1 8.8.8.8" ab {$}]',
  ],
  ["a variable in the name of an import", "(x) {\n log\n}\n. {\n import {$X}\n}", `${HEAD} [log]`],
  ["a variable within the value of another", "{$OUTER} {\n}", "dns://example.org:53 []"],
  ["an empty key beside others", "{$UNSET} a {\n}", "dns://a:53 []"],
  [
    "braces within words",
    '. {\n template IN A {\n  answer "{{ .Name }} 60 IN A 1.2.3.4"\n  match {{x}}\n }\n}',
    `${HEAD} [template IN A <answer "{{ .Name }} 60 IN A 1.2.3.4"; match {{x}}>]`,
  ],
  ["blocks within blocks", ". {\n a {\n  b 1 {\n   c\n  }\n }\n}", `${HEAD} [a <b 1 <c>>]`],
  ["an empty property block", ". {\n health { }\n log\n}", `${HEAD} [health <>; log]`],
  [
    "the last property on the line of the brace: the brace is its argument",
    ". {\n a { b c }\n log\n}",
    `${HEAD} [a <b c }>; log]`,
  ],
  ["the same directive twice", ". {\n forward a b\n forward c d\n}", `${HEAD} [forward a b; forward c d]`],
  ["an unknown directive (no matter of the parser)", ". {\n nonsense\n}", `${HEAD} [nonsense]`],
  [
    "kubeadm up to 1.31",
    KUBEADM_1_31,
    `${HEAD} [errors; health <lameduck 5s>; ready; kubernetes cluster.local in-addr.arpa ip6.arpa <pods insecure; fallthrough in-addr.arpa ip6.arpa; ttl 30>; prometheus :9153; forward . /etc/resolv.conf <max_concurrent 1000>; cache 30; loop; reload; loadbalance]`,
  ],
  [
    "kubeadm from 1.32 on",
    KUBEADM_1_32,
    `${HEAD} [errors; health <lameduck 5s>; ready; kubernetes cluster.local in-addr.arpa ip6.arpa <pods insecure; fallthrough in-addr.arpa ip6.arpa; ttl 30>; prometheus :9153; forward . /etc/resolv.conf <max_concurrent 1000>; cache 30 <disable success cluster.local; disable denial cluster.local>; loop; reload; loadbalance]`,
  ],
  [
    "EKS",
    EKS,
    `${HEAD} [errors; health <lameduck 5s>; ready; kubernetes cluster.local in-addr.arpa ip6.arpa <pods insecure; fallthrough in-addr.arpa ip6.arpa>; prometheus :9153; forward . /etc/resolv.conf; cache 30; loop; reload; loadbalance]`,
  ],
  [
    "coredns/deployment",
    COREDNS_DEPLOYMENT,
    `${HEAD} [errors; health <lameduck 5s>; ready; kubernetes cluster.local in-addr.arpa ip6.arpa <fallthrough in-addr.arpa ip6.arpa>; prometheus :9153; forward . /etc/resolv.conf <max_concurrent 1000>; cache 30; loop; reload; loadbalance]`,
  ],
  [
    "NodeLocal DNSCache",
    NODE_LOCAL,
    "dns://cluster.local:53 [errors; cache <success 9984 30; denial 9984 5>; reload; loop; bind 169.254.20.10 10.96.0.10; forward . 10.96.3.7 <force_tcp>; prometheus :9253; health 169.254.20.10:8080] | dns://in-addr.arpa:53 [errors; cache 30; reload; loop; bind 169.254.20.10 10.96.0.10; forward . 10.96.3.7 <force_tcp>; prometheus :9253] | dns://:53 [errors; cache 30; reload; loop; bind 169.254.20.10 10.96.0.10; forward . /etc/resolv.conf; prometheus :9253]",
  ],
];

const ENVIRONMENT = {
  ZONE: "Example.org",
  PORT: "5353",
  PLUGIN: "forward",
  UP: "1.1.1.1 8.8.8.8",
  X: "x",
  OUTER: "{$ZONE}",
};

describe("accepted Corefiles", () => {
  it("are at least thirty", () => {
    expect(ACCEPTED.length).toBeGreaterThanOrEqual(30);
  });

  it.each(ACCEPTED)("%s", (_what, text, expected) => {
    const { corefile, errors } = parseCorefile(text, { environment: ENVIRONMENT });
    expect(errors).toEqual([]);
    expect(corefile === null ? null : summary(corefile)).toBe(expected);
  });

  it("positions are those of the text, lines and columns from 1", () => {
    const { corefile } = parseCorefile('\ufeff# first\na,\n  b {\n\tlog "x\ny" z\n\terrors\n}\n');
    const [block] = corefile?.blocks ?? [];
    expect(block?.keys.map(({ token }) => token.position)).toEqual([
      { line: 2, column: 1 },
      { line: 3, column: 3 },
    ]);
    expect(block?.directives.flatMap(({ name, arguments: given }) => [name, ...given])).toEqual([
      { text: "log", position: { line: 4, column: 2 } },
      { text: "x\ny", position: { line: 4, column: 6 } },
      { text: "z", position: { line: 5, column: 4 } },
      { text: "errors", position: { line: 6, column: 2 } },
    ]);
  });

  it("what a snippet brings stands where the snippet was written", () => {
    const { corefile } = parseCorefile("(s) {\n  log\n}\n. {\n  import s\n}");
    expect(corefile?.blocks[0]?.directives[0]?.name.position).toEqual({ line: 2, column: 3 });
  });

  it("variables are never those of our own process", () => {
    const { corefile } = parseCorefile(". {\n log [{$PATH}{%HOME%}]\n}");
    expect(corefile?.blocks[0]?.directives[0]?.arguments[0]?.text).toBe("[]");
  });
});
