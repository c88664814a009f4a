/** Amounts as Kubernetes quantities. */

/** Millicores as text: "4", "500m". */
export function formatCpu(millicores: number): string {
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ["Ti", 1099511627776],
  ["Gi", 1073741824],
  ["Mi", 1048576],
  ["Ki", 1024],
];

/** Bytes as text, in the largest binary unit that keeps them whole: "16Gi", "1000". */
export function formatMemory(bytes: number): string {
  for (const [unit, scale] of UNITS) if (bytes > 0 && bytes % scale === 0) return `${bytes / scale}${unit}`;
  return String(bytes);
}
