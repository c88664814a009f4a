/**
 * ln, exp and the normal quantile from + − × ÷ √ only, so that every JavaScript engine gives the same bits.
 * `Math.log`, `Math.exp` and `Math.pow` are implementation-defined and do differ between versions.
 */

/** ln 2 in two parts: k × LN2_HIGH is exact for every exponent k (fdlibm, e_exp.c). */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
/** Index of the word that holds sign and exponent: 1 on little-endian machines. */
const HIGH = new Uint32Array(new Float64Array([1]).buffer)[1] === 0x3ff00000 ? 1 : 0;

/** Natural logarithm of a positive, normal number; relative error below 1e-15 away from 1. */
export function ln(x: number): number {
  double[0] = x;
  const high = words[HIGH]!;
  let exponent = (high >>> 20) - 1023;
  words[HIGH] = (high & 0x000fffff) | 0x3ff00000;
  let mantissa = double[0]!;
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  // ln m = 2 atanh s with s = (m − 1) / (m + 1), |s| < 0.1716
  const s = (mantissa - 1) / (mantissa + 1);
  const z = s * s;
  const series =
    z *
    (1 / 3 +
      z *
        (1 / 5 +
          z *
            (1 / 7 + z * (1 / 9 + z * (1 / 11 + z * (1 / 13 + z * (1 / 15 + z * (1 / 17 + z * (1 / 19 + z / 21)))))))));
  return exponent * LN2_HIGH + (2 * s * (1 + series) + exponent * LN2_LOW);
}

/** e to the power of x, for −700 < x < 700; relative error below 1e-15. */
export function exp(x: number): number {
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 17; n > 0; n--) sum = 1 + (r / n) * sum;
  double[0] = 1;
  words[HIGH] = (1023 + k) << 20;
  return sum * double[0]!;
}

/**
 * Quantile of the standard normal distribution for 0 < p < 1 (rational approximation after P. J. Acklam,
 * relative error 1.15e-9, which is far below the microsecond to which every variate is rounded).
 */
export function normalQuantile(p: number): number {
  if (p < 0.02425) return lowerTail(p);
  if (p > 1 - 0.02425) return -lowerTail(1 - p);
  const q = p - 0.5;
  const r = q * q;
  const above =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const below =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (above * q) / below;
}

function lowerTail(p: number): number {
  const q = Math.sqrt(-2 * ln(p));
  const above =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const below =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
  return above / below;
}
