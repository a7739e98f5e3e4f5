// An addition with math.js: decimal numbers in and out, in JSON. Log lines wait a tenth of a second, as ours do.
"use strict";
const http = require("node:http");
const fs = require("node:fs");
const { create, all } = require("mathjs");
const math = create(all, { number: "BigNumber" });

let lines = "";
setInterval(() => {
  if (lines) fs.writeSync(2, lines);
  lines = "";
}, 100).unref();

http.createServer((request, response) => {
  const begin = process.hrtime.bigint();
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    let status = 200, answer;
    try {
      const { args } = JSON.parse(Buffer.concat(parts));
      answer = { result: math.format(args.map((x) => math.bignumber(x)).reduce((x, y) => math.add(x, y))) };
    } catch (problem) {
      status = 400;
      answer = { problem: String(problem) };
    }
    const body = JSON.stringify(answer);
    response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
    response.end(body);
    lines += JSON.stringify({ time: new Date().toISOString(), method: request.method, status, duration: Number(process.hrtime.bigint() - begin) / 1e9 }) + "\n";
  });
}).listen(Number(process.env.port), "127.0.0.1");
