/** What a sync of kube-proxy costs, recorded by size of the cluster, beside the formula of each mode. */
import { PROXY_MODES } from "../../src/node/service-proxy/kube-proxy/modes/modes.js";
import { median } from "./compare.js";
import type { Table } from "./table.js";

interface Sync {
  readonly mode: string;
  readonly services: number;
  readonly endpoints: number;
  readonly changedEndpoints: number;
  readonly kind: "partial" | "full";
  readonly times: readonly number[];
}

/** Partial syncs are equal within this share; full ones happen once or hourly, and are only shown. */
const SHARE = 0.25;

export function proxyCosts(text: string): Table {
  const rows = syncs(text).map((sync) => {
    const [recorded, ours] = [median(sync.times), formula(sync)];
    const equal = Math.abs(ours - recorded) <= SHARE * recorded;
    const verdict = sync.kind === "full" ? "shown" : equal ? "equal" : "**differs**";
    const figure = `${sync.mode}, ${sync.kind}, ${sync.services} Services, ${sync.endpoints} endpoints`;
    const line = `| e-proxy-cost | ${figure} | ${sync.times.length} | ${Math.round(recorded)} ms | ${Math.round(ours)} ms | | ${verdict} |`;
    return { line, figure, differs: sync.kind === "partial" && !equal };
  });
  const different = rows.filter(({ differs }) => differs).map(({ figure }) => `e-proxy-cost: ${figure}`);
  return { lines: rows.map(({ line }) => line), different };
}

function syncs(text: string): Sync[] {
  const found = new Map<string, Sync & { times: number[] }>();
  for (const line of text.trim().split("\n").slice(1)) {
    const [mode = "", services, endpoints, changedEndpoints, kind = "", time] = line.split(",");
    const key = [mode, kind, services, endpoints].join(" ");
    const sync = found.get(key) ?? {
      mode,
      services: Number(services),
      endpoints: Number(endpoints),
      changedEndpoints: Number(changedEndpoints),
      kind: kind as Sync["kind"],
      times: [],
    };
    sync.times.push(Number(time));
    found.set(key, sync);
  }
  return [...found.values()].sort((x, y) => order(x) - order(y));
}

/** By kind, mode and size. */
function order({ kind, mode, services, endpoints }: Sync): number {
  return (kind === "full" ? 2e9 : 0) + (mode === "nftables" ? 1e9 : 0) + services * 1e5 + endpoints;
}

/** Milliseconds. */
function formula({ mode, services, endpoints, changedEndpoints, kind }: Sync): number {
  const full = kind === "full";
  const found = PROXY_MODES.find(({ name }) => name === mode)!;
  const changedServices = full ? services : 1;
  const saveDue = !full && found.saveIsDue(endpoints, 0, 30e6);
  return found.cost({ full, saveDue, services, endpoints, changedServices, changedEndpoints }) / 1e3;
}
