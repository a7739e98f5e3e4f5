// How many microseconds math.js takes to evaluate each expression given, from text, with its floats: the median of many runs of some milliseconds.
"use strict";
const { evaluate } = require("mathjs");
for (const text of process.argv.slice(2)) {
  const times = [];
  for (let i = 0; i < 1000; i++) evaluate(text);
  for (let run = 0; run < 50; run++) {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < 200; i++) evaluate(text);
    times.push(Number(process.hrtime.bigint() - begin) / 1e3 / 200);
  }
  times.sort((x, y) => x - y);
  console.log(times[25]);
}
