/* How well the model could read what it looked at, in words. Never: whether the answer is right. */

const STEPS = [
  { from: 0.7, level: "good", words: "clearly readable" },
  { from: 0.35, level: "fair", words: "hard to read" },
  { from: 0, level: "poor", words: "not readable" },
];

export function describeReadability(value) {
  if (value === null || value === undefined) return { level: "none", words: "readability unknown" };
  return STEPS.find((step) => value >= step.from) ?? STEPS.at(-1);
}

/** A small bar with its words beside it. */
export function readabilityBar(value) {
  const { level, words } = describeReadability(value);
  const bar = document.createElement("span");
  bar.className = `readability ${level}`;
  bar.title = value === null ? words : `readability ${Math.round(value * 100)} %`;
  const track = document.createElement("span");
  track.className = "readability-track";
  const fill = document.createElement("span");
  fill.style.width = `${Math.round((value ?? 0) * 100)}%`;
  track.append(fill);
  bar.append(track, words);
  return bar;
}
