/**
 * A parsed Corefile: server blocks with their keys and directives, snippets and imports expanded, environment variables
 * filled in. Positions are those of the text that the user wrote.
 */

/** A place in the Corefile. Lines and columns count from 1. */
export interface CorefilePosition {
  readonly line: number;
  readonly column: number;
  /** Path of the imported file in which it is; left out for the Corefile itself. */
  readonly file?: string;
}

/** The files that CoreDNS finds beside its Corefile, by absolute path. */
export type CorefileFiles = Readonly<Record<string, string>>;

/** One token: quotes removed, variables filled in. */
export interface CorefileToken {
  readonly text: string;
  readonly position: CorefilePosition;
}

/**
 * A directive of a server block: its name, the rest of its line, and its nested block. A line of a nested block is a
 * directive again: its first token is its name. Without braces `block` is null; with empty braces it is an empty list.
 */
export interface Directive {
  readonly name: CorefileToken;
  readonly arguments: readonly CorefileToken[];
  readonly block: readonly Directive[] | null;
}

/** A key of a server block, such as "dns://example.org:5353", normalised. */
export interface ServerKey {
  readonly token: CorefileToken;
  readonly scheme: "dns" | "tls" | "quic" | "grpc" | "https" | "https3";
  /** Lower case, without trailing dot; "" is the root. CIDR keys were expanded to reverse zones. */
  readonly zone: string;
  readonly port: number;
}

export interface ServerBlock {
  readonly keys: readonly ServerKey[];
  readonly directives: readonly Directive[];
}

export interface Corefile {
  readonly blocks: readonly ServerBlock[];
}

/** What is wrong with a Corefile, and where. */
export interface CorefileError {
  readonly position: CorefilePosition;
  readonly message: string;
  /** The next step; may be empty. */
  readonly hint: string;
}

/** What CoreDNS refuses, and what it starts with after a word in its log. */
export type CorefileSeverity = "error" | "warning";

/** Collects errors and warnings; whoever reads directives reports here and goes on. */
export type ReportCorefileError = (
  position: CorefilePosition,
  message: string,
  hint?: string,
  severity?: CorefileSeverity,
) => void;
