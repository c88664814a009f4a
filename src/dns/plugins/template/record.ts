/**
 * The text of a resource record with Go's placeholders (`{{ .Name }} 60 IN A {{ .Group.a }}.1.2.3`): the small part of Go's
 * template language that names need. Actions that are left out are refused.
 */
import { parseAddress } from "../../../model/address.js";
import type { DnsRecord } from "../../../model/dns.js";
import { normaliseZone } from "../../zone.js";

/** What placeholders stand for; names end in a dot. */
export interface TemplateData {
  readonly name: string;
  readonly zone: string;
  readonly type: string;
  /** The whole match, then the groups. */
  readonly match: readonly string[];
  readonly group: ReadonlyMap<string, string>;
}

export type RecordTemplate = (data: TemplateData) => DnsRecord | null;
type Part = (data: TemplateData) => string;

const TYPES = ["A", "AAAA", "CNAME", "SOA", "TXT", "PTR"] as const;
/** Of a record that gives none (miekg/dns). */
const DEFAULT_TTL_SECONDS = 3600;
const MAX_LENGTH = 1000;

/** The template, or what is wrong with it. A record that cannot be read once it is filled in is null. */
export function parseRecordTemplate(text: string): RecordTemplate | string {
  if (text.length > MAX_LENGTH) return `a record is longer than ${MAX_LENGTH} characters`;
  const parts: Part[] = [];
  for (const [index, piece] of text.split("{{").entries()) {
    if (index === 0) {
      parts.push(() => piece);
      continue;
    }
    const end = piece.indexOf("}}");
    if (end < 0) return 'a "}}" is missing';
    const action = piece.slice(0, end).trim();
    const part = actionOf(action);
    if (part === null) return `the action {{ ${action} }} is not modelled yet`;
    const literal = piece.slice(end + 2);
    parts.push(part, () => literal);
  }
  return (data) => readRecord(parts.map((part) => part(data)).join(""));
}

function actionOf(action: string): Part | null {
  switch (action) {
    case ".Name":
      return ({ name }) => name;
    case ".Zone":
      return ({ zone }) => zone;
    case ".Class":
      return () => "IN";
    case ".Type":
      return ({ type }) => type;
    default:
  }
  const [, index] = /^index\s+\.Match\s+(\d{1,3})$/.exec(action) ?? [];
  if (index !== undefined) return ({ match }) => match[Number(index)] ?? "";
  const [, group] = /^\.Group\.(\w{1,60})$/.exec(action) ?? [];
  return group === undefined ? null : ({ group: groups }) => groups.get(group) ?? "";
}

/** `NAME [TTL] [IN] TYPE DATA`; null when it is none. */
function readRecord(text: string): DnsRecord | null {
  const [owner = "", ...words] = text.trim().split(/\s+/);
  let ttl = DEFAULT_TTL_SECONDS;
  let place = 0;
  for (let word = words[0] ?? ""; /^(\d{1,9}|IN)$/i.test(word); word = words[++place] ?? "") {
    if (word.toUpperCase() !== "IN") ttl = Number(word);
  }
  const type = TYPES.find((each) => each === words[place]?.toUpperCase());
  const data = words.slice(place + 1).join(" ");
  if (owner === "" || type === undefined || data === "") return null;
  const name = normaliseZone(owner);
  if (type === "A") {
    const address = parseAddress(data);
    return address === null ? null : { name, type, ttl, address, data: "" };
  }
  if (type === "AAAA" && !/^[0-9a-f:.]{2,45}$/i.test(data)) return null;
  return { name, type, ttl, address: null, data: type === "CNAME" ? `${normaliseZone(data)}.` : data };
}
