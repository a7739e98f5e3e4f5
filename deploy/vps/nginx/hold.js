// What nginx does between a caller and a function: it knows the deployed versions, and it holds a request while
// its function is being replaced.
//
// Every computation is pure, so a question may be asked twice. faasd replaces a function by removing its network,
// stopping its container and starting the new one; meanwhile the gateway answers 404, 5xx or 200 with nothing in
// it. None of these carries X-Calculator-Version, which every function sets: that is how they are told apart.
//
// Written for njs 0.7.9 (Debian 12): one fresh VM a request, so nothing here is remembered between requests.

import fs from 'fs';

// Written by deploy/live, read on each request (a page-cache read of a few hundred bytes): {"add":"<version>", …}.
// "" means that the function is being replaced. A function that is not listed is not the calculator's: its
// answers are passed on as they are.
const versionsFile = '/var/lib/calculator/versions.json';

const pauseMs = 25;    // between two questions
const busyMs = 100;    // while the gateway has all the questions that it may have, of other requests
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
// Where no place is free at the gateway, nginx names the upstream in the place of an address.
//
// A question takes about 18 KiB (measured) that nginx and njs give back when the request ends. Forty a second, for
// 256 requests of 10 s, would be more than the machine has. So a request is held in rounds: after one, an exception ends its
// connection, and the public server, which still has the request, begins it again (proxy_next_upstream).
function answer(r) {
    const name = r.variables.calculator_function;
    const hold = (r.headersIn['X-Calculator-Hold'] || '').split(' '); // when it began, and at which version
    const began = Number(hold[0]) * 1000;
    const round = Date.now();
    let asked = 0;

    function waited() {
        // A function that was replaced meanwhile had its answer under way: it gets the time once more.
        const limit = versionOf(name) === (hold[1] || '') ? holdMs : 2 * holdMs;
        return Date.now() - began >= limit;
    }

    function again() {
        if (asked > 1 && Date.now() - round >= roundMs) {
            throw new Error('another round');
        }
        asked++;
        ask(r, name, function (reply) {
            if (cameFromFunction(r, reply) || isWhole(r, reply) && versionOf(name) === undefined) {
                pass(r, reply);
            } else if (versionOf(name) === undefined) { // asking anew may do something twice there
                unavailable(r, name + ': the answer broke off');
            } else if (asked > 1 && waited()) {
                unavailable(r, name + ': the function did not answer for ' + holdMs / 1000 + ' s');
            } else {
                setTimeout(again, reply.variables.upstream_addr === 'calculator_gateway' ? busyMs : pauseMs);
            }
        });
    }
    again();
}

// ask puts the question to the gateway once. When the function is replaced while the answer is awaited, the old
// process has lost its network and the answer will never come. A subrequest cannot be called off, so the exception
// ends this connection, and the public server asks again through the next one (proxy_next_upstream).
function ask(r, name, done) {
    const before = versionOf(name);
    let timer;
    function watch() {
        if (versionOf(name) !== before) {
            throw new Error('function replaced while it was asked');
        }
        timer = setTimeout(watch, watchMs);
    }
    timer = setTimeout(watch, watchMs);
    r.subrequest('/ask', {method: r.method}, function (reply) {
        clearTimeout(timer);
        done(reply);
    });
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
