// What nginx does between a caller and a function: it knows the deployed versions, and it holds a request while
// its function is being replaced.
//
// Every computation is pure, so a question may be asked twice. faasd replaces a function by removing its network,
// stopping its container and starting the new one; meanwhile the gateway answers 404, 5xx or 200 with nothing in
// it. None of these carries X-Calculator-Version, which every function sets: that is how they are told apart.
//
// Written for njs 0.7.9 (Debian 12), and tried with 0.8.9 (Debian 13): one fresh VM a request, so nothing here is remembered between requests.

import fs from 'fs';

// Written by deploy/live, read on each request (a page-cache read of a few hundred bytes): {"add":"<version>", …}.
// "" means that the function is being replaced. A function that is not listed is not the calculator's: its
// answers are passed on as they are.
const versionsFile = '/var/lib/calculator/versions.json';

const pauseMs = 25;    // between two questions
const busyMs = 100;    // while the gateway has all the questions that it may have, and after a question that was lost
const roundMs = 400;   // then a request that is still held starts afresh, since what its questions took is freed at its end only
const holdMs = 10000;  // from the request's beginning on; the last answer is judged after that
const watchMs = 250;   // how often a question under way looks whether its function has been replaced

const safeVersion = /^[0-9A-Za-z.+_-]{0,80}$/;

// versionOf returns the deployed version of a function, "" while it is replaced, undefined when it is not listed.
function versionOf(name) {
    let all;
    try {
        all = JSON.parse(fs.readFileSync(versionsFile, 'utf8'));
    } catch (e) {
        return undefined; // no deployment yet
    }
    if (all === null || typeof all !== 'object' || !Object.prototype.hasOwnProperty.call(all, name)) {
        return undefined;
    }
    const v = all[name];
    return typeof v === 'string' && safeVersion.test(v) ? v : '';
}

// version is $calculator_version: part of the cache key, empty where nothing may be cached.
function version(r) {
    return versionOf(r.variables.calculator_function) || '';
}

// cameFromFunction: a header is proof; anything that is neither empty, 404 nor 5xx is not the gateway's excuse.
function cameFromFunction(r, reply) {
    return isWhole(r, reply) && (reply.headersOut['X-Calculator-Version'] !== undefined
        || (reply.status !== 404 && reply.status < 500 && length(reply) > 0));
}

// isWhole: an answer whose function or gateway died in the middle of it is shorter than it says. Every function says
// how long its answer is, and the gateway passes that on.
function isWhole(r, reply) {
    const said = reply.headersOut['Content-Length'];
    return said === undefined || Number(said) === length(reply)
        || r.method === 'HEAD' || reply.status === 304 || reply.status === 204;
}

function length(reply) {
    return reply.responseBuffer === undefined ? 0 : reply.responseBuffer.byteLength;
}

// answer is the content handler of the holding server: it asks until a function has answered. At least two questions
// are asked, so that one that was lost after a long wait gets its second chance.
//
// A question takes about 18 KiB (measured) that nginx and njs give back when the request ends. Forty a second, for
// 256 requests of 10 s, would be more than the machine has. So a request is held in rounds: after one, 444 ends its
// connection without a word, and the public server, which still has the request, begins it again (proxy_next_upstream).
//
// A function that is replaced while its answer is awaited has lost its network, and the answer will never come. A
// question cannot be called off, so another is asked beside it, and gets the time anew. Such a request ends only with its
// last question, so it has no more rounds; it asks less often instead.
function answer(r) {
    const name = r.variables.calculator_function;
    const round = Date.now();
    let began = Number(r.headersIn['X-Calculator-Began']) * 1000; // when the public server had the request
    let asked = 0;
    let lost = 0;
    let answered = false;

    function again() {
        if (lost === 0 && asked > 1 && Date.now() - round >= roundMs) {
            r.return(444);
            return;
        }
        asked++;
        const version = versionOf(name);
        let over = false;
        let timer = setTimeout(watch, watchMs);

        function watch() {
            if (versionOf(name) === version) {
                timer = setTimeout(watch, watchMs);
                return;
            }
            over = true;
            lost++;
            began = Date.now();
            again();
        }

        r.subrequest('/ask', {method: r.method}, function (reply) {
            if (over || answered) {
                return;
            }
            clearTimeout(timer);
            if (cameFromFunction(r, reply) || isWhole(r, reply) && versionOf(name) === undefined) {
                answered = true;
                pass(r, reply);
            } else if (versionOf(name) === undefined) { // asking anew may do something twice there
                answered = true;
                unavailable(r, name + ': the answer broke off');
            } else if (asked > 1 && Date.now() - began >= holdMs) {
                answered = true;
                unavailable(r, name + ': the function did not answer for ' + holdMs / 1000 + ' s');
            } else {
                // Where no place is free at the gateway, nginx names the upstream in the place of an address.
                const busy = reply.variables.upstream_addr === 'calculator_gateway';
                setTimeout(again, busy || lost > 0 ? busyMs : pauseMs);
            }
        });
    }
    again();
}

// pass hands an answer on as it is. (r.return replaces a 4xx or 5xx that has no body with nginx's own page, so an
// empty answer goes out in steps.)
function pass(r, reply) {
    for (const h in reply.headersOut) {
        r.headersOut[h] = reply.headersOut[h];
    }
    if (length(reply) > 0 && r.method !== 'HEAD') {
        r.return(reply.status, reply.responseBuffer);
        return;
    }
    if (r.method !== 'HEAD' && reply.status !== 304 && reply.status !== 204) {
        r.headersOut['Content-Length'] = 0;
    }
    r.status = reply.status;
    r.sendHeader();
    r.finish();
}

function unavailable(r, what) {
    r.headersOut['Content-Type'] = 'application/problem+json';
    r.headersOut['Cache-Control'] = 'no-store';
    r.headersOut['Retry-After'] = '5';
    r.return(503, JSON.stringify({
        type: 'unavailable',
        title: 'Function not available',
        status: 503,
        detail: what + '; try again later'
    }) + '\n');
}

export default {version, answer};
