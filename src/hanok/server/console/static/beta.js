// The Beta distribution, over the log-odds u of a share x: there its density x^a (1 − x)^b has no poles and one peak.

const POINTS = 400;

/** Mean, the bounds of the middle 95 %, and the curve as [x, density], the highest density 1. */
export function beta(a, b) {
  const centre = Math.log(a / b);
  const low = centre - Math.max(9 / Math.sqrt(a) + 9 / Math.sqrt(b), 24 / a), high = centre + Math.max(9 / Math.sqrt(a) + 9 / Math.sqrt(b), 24 / b);
  const us = Array.from({ length: POINTS + 1 }, (_, i) => low + ((high - low) * i) / POINTS);
  const logs = us.map((u) => -a * softplus(-u) - b * softplus(u));
  const top = Math.max(...logs);
  const sums = [0];
  for (let i = 1; i <= POINTS; i += 1) sums.push(sums[i - 1] + Math.exp(logs[i] - top) + Math.exp(logs[i - 1] - top));
  const quantile = (share) => {
    const wanted = share * sums[POINTS], i = Math.max(1, sums.findIndex((sum) => sum >= wanted));
    const within = (wanted - sums[i - 1]) / (sums[i] - sums[i - 1] || 1);
    return logistic(us[i - 1] + within * (us[i] - us[i - 1]));
  };
  return { mean: a / (a + b), low: quantile(0.025), high: quantile(0.975), curve: curve(a, b, us, sums) };
}

/** The density over x itself, where nearly all of it lies. */
function curve(a, b, us, sums) {
  const inside = us.filter((_, i) => sums[i] > 2e-4 * sums.at(-1) && sums[i] < (1 - 2e-4) * sums.at(-1));
  const logs = inside.map((u) => -(a - 1) * softplus(-u) - (b - 1) * softplus(u));
  const top = Math.max(...logs);
  return inside.map((u, i) => [logistic(u), Math.exp(logs[i] - top)]);
}

const softplus = (u) => (u > 0 ? u + Math.log1p(Math.exp(-u)) : Math.log1p(Math.exp(u))); // log(1 + e^u)
const logistic = (u) => 1 / (1 + Math.exp(-u));
