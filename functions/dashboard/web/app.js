'use strict';
// The calculator's page. Text enters it by textContent only. Numbers stay text; only the graph is drawn from rounded ones.
const $ = id => document.getElementById(id);
const put = (id, text = '') => $(id).textContent = text;
const on = (at, types, act) => types.split(' ').forEach(t => (at.addEventListener ? at : $(at)).addEventListener(t, act));
const make = (tag, text = '', set = {}) => Object.assign(document.createElement(tag), {textContent: text}, set);
const span = (text, className = '') => make('span', text, {className});
const button = (text, set) => make('button', text, {type: 'button', ...set});
const choices = ['rounding', 'unit'], entry = $('entry'), result = $('result'), graph = $('graph');
document.documentElement.classList.add('js');

// The functions are beside the dashboard; where they are not, it answers there itself.
const root = location.pathname.replace(/(function\/dashboard(\/.*)?|[^/]*)$/, '') + 'function/';
const post = (address, body, signal) => fetch(address, {method: 'POST', signal, cache: 'no-store',
	headers: {'Content-Type': 'application/json', Accept: 'application/json'}, body});

// ask returns an answer or a problem. While the function is away the dashboard computes.
async function ask(name, body, signal) {
	for (const address of [root + name, 'dashboard/' + name]) {
		try {
			const response = await post(address, JSON.stringify(body), signal);
			if (response.headers.get('X-Calculator-Version') || response.status === 429) return await response.json();
		} catch (e) { if (e.name === 'AbortError') throw e; }
	}
	throw new Error('the calculator does not answer: try again soon');
}

// -- The lines of the history. What ans and names stand for are texts, never digits.

let lines = [];
try { lines = JSON.parse(localStorage.lines).filter(l => typeof l === 'string').slice(-200); } catch { /* there are none */ }
const keep = () => { try { localStorage.lines = JSON.stringify(lines); } catch { /* there may be no room for it */ } };
const name = '([\\p{L}_][\\p{L}\\p{M}\\d_]*)';
const wordOrNumber = new RegExp('[\\d.][\\d._]*(?:e[+-]?\\d[\\d_]*)?|' + name, 'giu'), gives = new RegExp(`^\\s*${name}\\s*=`, 'u'), begins = new RegExp(`(^|;)\\s*${name}?\\s*$`, 'u');
const namesIn = text => [...text.matchAll(wordOrNumber)].map(m => m[1]).filter(Boolean);

// above has what the first lines gave values to. A name may get another one later, so each has a key of its own.
function above(count) {
	const now = new Map(), texts = new Map();
	lines.slice(0, count).forEach((line, i) => {
		const parts = line.split('#')[0].split(';').filter(s => s.trim());
		parts.forEach((part, j) => {
			const given = gives.exec(part)?.[1], last = j === parts.length - 1;
			if (!given && !last) return;
			const key = `${given || 'ans'}__${i + 1}${last ? '' : '_' + j}`;
			texts.set(key, part.replace(gives, '').trim().replace(wordOrNumber, (all, n) => now.get(n) ?? all));
			if (given) now.set(given, key);
			if (last) now.set('ans', key);
		});
	});
	return {now, texts};
}

// question is a text with the variables that it needs from the lines above it.
function question(text, count) {
	const {now, texts} = above(count), variables = Object.create(null);
	const take = value => namesIn(value).forEach(n => { if (texts.has(n) && !(n in variables)) take(variables[n] = texts.get(n)); });
	namesIn(text).forEach(n => { if (now.has(n)) take(variables[n] = texts.get(now.get(n))); });
	return settings({expression: text, ...(Object.keys(variables).length && {variables})});
}
function settings(q) {
	for (const id of choices) if ($(id).selectedIndex > 0) q[id] = $(id).value;
	return q;
}
const plain = detail => detail.replace(/__\d+(_\d+)?/g, ''); // names without what tells their values apart

// -- The result

let shown = null; // the answer on the page, and what was asked
let running = null; // the computation under way
let face = 'decimal';
const significant = text => text.replace(/e.*/, '').replace(/\D/g, '').replace(/^0+/, '');

// group sets digits in threes by margins, to be copied without separators, and marks significant ones.
function group(text, from = 0, to = 0) {
	const [, sign, whole, point, fraction, exponent] = /^(-?)(\d*)(\.?)(\d*)(.*)$/.exec(text), out = [];
	let place = 0;
	const add = (digits, spaced, before = '', after = '') => {
		const three = span(before, spaced ? 'g' : '');
		for (const d of digits) {
			if (place || d !== '0') place++;
			three.append(place && place >= from && place <= to ? span(d, 'was') : d);
		}
		three.append(after);
		three.normalize();
		out.push(three);
	};
	for (let end = whole.length % 3 || 3, start = 0; start < whole.length; start = end, end += 3) {
		add(whole.slice(start, end), end < whole.length, start ? '' : sign, end < whole.length ? '' : point);
	}
	for (let i = 0; i < fraction.length; i += 3) add(fraction.slice(i, i + 3), i + 3 < fraction.length);
	if (exponent) out.push(span(exponent));
	return out;
}
const clip = text => span(text, 'clip');
function fraction(over, under) {
	if (over.length + under.length > 60) return span(over + '/' + under);
	const f = span('', 'frac');
	f.append(span(over), clip('/'), span(under));
	return f;
}
// typeset writes a form as by hand; its text stays what can be typed.
const typeset = {
	fraction: text => { const [over, under] = text.split('/'); return [text[0] === '-' ? '-' : '', under ? fraction(over.replace('-', ''), under) : over]; },
	mixed: text => { const [whole, rest] = text.split(' '); return [span(whole), clip(' '), fraction(...rest.split('/'))]; },
	repeating: text => { const [, before, over] = /^(.*?)\((.*)\)$/.exec(text) || [, text, '']; return [...group(before), ...(over ? [clip('('), span(over, 'over'), clip(')')] : [])]; },
	symbolic: text => {
		const m = /^(-?)(.*?)\/(\d+)$/.exec(text), pretty = s => s.replace(/\bpi\b/g, 'π').replace(/\bphi\b/g, 'φ');
		return m ? [m[1], fraction(pretty(m[2]), m[3])] : [pretty(text)];
	},
	scientific: text => group(text),
};

function scientific(text) {
	const [, whole, rest, e = 0] = /^-?(\d*)\.?(\d*)(?:e(.*))?$/.exec(text), digits = significant(text).replace(/0+$/, ''), power = whole.length - (whole + rest).search(/[1-9]/) - 1 + Number(e);
	return digits && text.slice(0, text[0] === '-') + digits[0] + (digits[1] ? '.' + digits.slice(1) : '') + (power < 0 ? 'e' : 'e+') + power;
}
function formsOf(answer) {
	const {fraction, mixed, repeating, symbolic} = answer.forms || {};
	return {decimal: answer.result, fraction: fraction !== answer.result && fraction?.includes('/') && fraction, mixed: mixed?.includes(' ') && mixed,
		repeating: repeating?.includes('(') && repeating, symbolic, scientific: answer.result.includes('e') ? '' : scientific(answer.result)};
}
const words = a => a.error_bound ? 'within ' + a.error_bound : `rounded to ${a.precision} digits, ${a.rounding.replace('_', '-')}`;

function showFace(name) {
	const forms = formsOf(shown.answer);
	face = forms[name] ? name : 'decimal';
	const text = forms[face], [from, to] = shown.changed;
	result.replaceChildren(...(face === 'decimal' ? group(text, from, to) : typeset[face](text)));
	result.className = text.length > 120 ? 'long' : text.length > 16 ? 'medium' : '';
	result.tabIndex = result.className === 'long' ? 0 : -1;
	result.scrollTop = 0;
	for (const b of $('faces').children) b.ariaPressed = b.textContent === face;
	const exact = shown.answer.exact || !/decimal|scientific/.test(face), word = exact ? 'exact' : words(shown.answer);
	put('badge', word);
	$('badge').classList.toggle('exact', exact);
	say((text.length > 80 ? text.slice(0, 80) + ' and more' : text) + ', ' + word + ' ' + $('note').textContent);
}

// showAnswer shows an answer; before is the one with fewer digits, if there was one.
function showAnswer(text, q, answer, before) {
	shown = {text, q, answer, changed: [0, 0]};
	let note = '';
	if (before) {
		const n = before.precision, old = significant(before.result).padEnd(n, '0'), now = significant(answer.result);
		let first = 0;
		while (first < n && old[first] === now[first]) first++;
		if (first < n) shown.changed = [first + 1, n];
		note = first < n ? 'Underlined: had been rounded.' : `The ${n} digits before stay.`;
	}
	const names = Object.entries(formsOf(answer)).filter(f => f[1]).map(f => f[0]);
	$('faces').replaceChildren(...names.map(name => button(name, {onclick: () => showFace(name)})));
	put('note', note);
	showFace(before ? 'decimal' : face);
	$('tools').className = '';
	$('more').hidden = answer.exact || !answer.precision;
	$('copies').children[2].hidden = !names.includes('fraction');
	put('preview');
}
const say = text => put('said', text);

function showError(problem, text) {
	put('error', plain(problem.detail));
	result.replaceChildren();
	put('badge');
	put('note');
	$('tools').className = 'empty';
	$('sketch').hidden = problem.type !== 'unknown-name' || !/“x”/.test(problem.detail);
	if (problem.position === undefined) return;
	const all = [...text], at = problem.position;
	$('mirror').replaceChildren(span(all.slice(0, at).join('')), make('mark', all[at] || ' '));
	$('mirror').scrollLeft = entry.scrollLeft;
}
function clearError() {
	put('error');
	$('mirror').replaceChildren();
	$('sketch').hidden = true;
}

// run computes. Stopping it closes the connection, and with that the work ends.
async function run(text, q, {before, link = true} = {}) {
	running?.abort();
	stopPreview();
	const control = running = new AbortController(), start = performance.now();
	const tick = setInterval(() => {
		$('busy').hidden = false;
		put('elapsed', 'computing, ' + ((performance.now() - start) / 1000).toFixed(1) + ' s');
	}, 300);
	clearError();
	try {
		const answer = await ask('evaluate', {...q, forms: true}, control.signal);
		if (running !== control) return;
		if (answer.result === undefined) return showError(answer, text);
		showAnswer(text, q, answer, before);
		if (link && location.hash !== fragment()) history.pushState(null, '', fragment());
		return true;
	} catch (e) {
		if (running === control) put('error', e.name === 'AbortError' ? 'stopped' : e.message);
	} finally {
		clearInterval(tick);
		if (running === control) { running = null; $('busy').hidden = true; }
	}
}
const withPrecision = q => {
	const {precision, ...rest} = q, digits = $('precision').value.trim();
	return digits ? {...rest, precision: digits} : rest;
};

let fresh = false; // the entry is a line that has been computed: an operator goes on from its result
on('calculator', 'submit', async e => {
	e.preventDefault();
	const text = entry.value.trim(), q = withPrecision(question(text, lines.length));
	if (!text) return entry.focus();
	if (entry.value !== text) entry.value = text;
	if (await run(text, q)) {
		if (lines.at(-1) !== text || q.variables) { lines = [...lines, text].slice(-200); keep(); drawHistory(); }
		recalled = lines.length;
		if (entry.value !== text) return;
		fresh = true;
		entry.setSelectionRange(0, text.length);
	}
});
on('cancel', 'click', () => running?.abort());
for (const id of ['precision', ...choices]) {
	on(id, 'change', () => {
		recompute();
		if (!shown) return;
		const {rounding, unit, ...q} = shown.q;
		run(shown.text, withPrecision(settings(q)));
	});
}

// More digits: twice as many; held down, it goes on.
function moreDigits() {
	if (!shown || running || shown.answer.exact || !shown.answer.precision) return;
	const {text, q, answer} = shown, digits = Math.min(answer.precision * 2, 10000);
	if (digits === answer.precision) { put('note', 'No answer has more digits.'); return; }
	$('precision').value = digits;
	run(text, {...q, precision: digits}, {before: answer});
}
let held = 0;
on('more', 'click', moreDigits);
on('more', 'pointerdown', e => { e.target.setPointerCapture(e.pointerId); held = setInterval(moreDigits, 600); });
on('more', 'lostpointercapture', () => clearInterval(held));
on(result, 'scroll', () => { if (result.scrollTop && result.scrollTop + result.clientHeight >= result.scrollHeight - 4) moreDigits(); });

// -- The entry, with a preview after a pause

let previewing = null, timer = 0, recalled = lines.length;
const stopPreview = () => { clearTimeout(timer); previewing?.abort(); };
on(entry, 'input', () => {
	stopPreview();
	clearError();
	fresh = false;
	put('preview');
	$('wipe').hidden = !entry.value;
	const text = entry.value.trim();
	if (text) timer = setTimeout(() => preview(text), 250);
});
async function preview(text) {
	const control = previewing = new AbortController();
	try {
		const answer = await ask('evaluate', {...question(text, lines.length), precision: 16}, control.signal);
		if (previewing === control && entry.value.trim() === text && answer.result !== undefined) put('preview', (answer.exact ? '= ' : '≈ ') + answer.result);
	} catch { /* the next pause asks again */ }
}
const changed = () => entry.dispatchEvent(new Event('input'));
const fill = text => { entry.value = text; changed(); };
const whole = () => fresh && entry.selectionEnd - entry.selectionStart === entry.value.length;
function type(text) {
	if (whole() && /^[-+*\/^%!]/.test(text)) entry.setRangeText('ans', 0, entry.value.length, 'end');
	entry.setRangeText(text, entry.selectionStart, entry.selectionEnd, 'end');
	changed();
}
on(entry, 'beforeinput', e => {
	const next = whole() && /^[-+*\/^%!]$/.test(e.data);
	// After a name = gives a value, after anything else it asks for one.
	if (!next && (e.data !== '=' || entry.selectionStart < entry.value.length || begins.test(entry.value))) return;
	e.preventDefault();
	next ? type(e.data) : $('calculator').requestSubmit();
});
on(entry, 'keydown', e => {
	if (e.key === 'Escape' && running) running.abort();
	const step = {ArrowUp: -1, ArrowDown: 1}[e.key];
	if (step && lines[recalled + step] !== undefined) {
		e.preventDefault();
		fill(lines[recalled += step]);
		entry.setSelectionRange(entry.value.length, entry.value.length);
	}
});
on(entry, 'scroll', () => { $('mirror').scrollLeft = entry.scrollLeft; });
on('wipe', 'click', () => { fill(''); entry.focus(); });

// -- Copying

const latex = a => {
	const {symbolic, fraction} = a.forms || {}, over = s => s.replace(/^(-?)(.+?)\/(\d+)$/, '$1\\frac{$2}{$3}');
	if (symbolic) return over(symbolic).replace(/[√∛∜](\d+)/g, (m, n) => `\\sqrt${{'√': '', '∛': '[3]', '∜': '[4]'}[m[0]]}{${n}}`)
		.replace(/\^\(([^)]*)\)/g, '^{$1}').replace(/\^(\d+)/g, '^{$1}').replace(/\bpi\b/g, '\\pi').replace(/\bphi\b/g, '\\varphi').replace(/\bln\b/g, '\\ln').replace(/·/g, ' \\cdot ');
	return fraction?.includes('/') ? over(fraction) : a.result.replace(/e([+-])(\d+)$/, (_, sign, n) => ` \\cdot 10^{${sign === '-' ? '-' : ''}${n}}`);
};
const pair = text => [text.split('=')[0].trim(), text.slice(text.indexOf('=') + 1)];
const quote = text => "'" + text.replace(/'/g, "'\\''") + "'";
const curl = (name, json) => `curl ${location.origin}${root}${name} --json ${quote(json)}`;
async function copy(text, from) {
	try { await navigator.clipboard.writeText(text); } catch { // there is none without https
		const area = make('textarea', text, {className: 'hidden'});
		from.after(area);
		area.select();
		document.execCommand('copy');
		area.remove();
		from.focus();
	}
	const face = from.textContent;
	if (face !== 'copied') setTimeout(() => { from.textContent = face; }, 1200);
	from.textContent = 'copied';
	say('copied');
}
document.querySelectorAll('[data-copy]').forEach(b => on(b, 'click', () => copy({decimal: () => shown.answer.result, fraction: () => shown.answer.forms.fraction,
	latex: () => latex(shown.answer), curl: () => curl('evaluate', JSON.stringify({...shown.q, forms: true}))}[b.dataset.copy](), b)));

// -- The keypad: what a key shows, what it types, its name

[['sin', 'sin(', 'sine'], ['cos', 'cos(', 'cosine'], ['tan', 'tan(', 'tangent'], ['ln', 'ln(', 'natural logarithm'], ['√', 'sqrt(', 'square root'], ['n!', '!', 'factorial'],
	['7'], ['8'], ['9'], ['÷', '/', 'divided by'], ['(', '(', 'open parenthesis'], [')', ')', 'close parenthesis'],
	['4'], ['5'], ['6'], ['×', '*', 'times'], ['xʸ', '^', 'to the power of'], ['%', '%', 'percent'],
	['1'], ['2'], ['3'], ['−', '-', 'minus'], ['π', 'pi', 'pi'], ['e', 'e', 'Euler’s number'],
	['0'], ['.', '.', 'point'], ['ans', 'ans', 'ans, the last result'], ['+', '+', 'plus'], ['⌫', '', 'delete'], ['=', '=', 'equals']].forEach(([shows, types = shows, ariaLabel = null], i) => {
	const key = button(shows, {ariaLabel, className: i < 6 ? 'fn' : i === 29 ? 'primary' : i % 6 < 3 ? '' : 'op'});
	if (types === '%') key.setAttribute('aria-describedby', 'percent');
	if (types === '=') key.type = 'submit';
	else on(key, 'click', () => {
		if (types) return type(types);
		const {selectionStart: a, selectionEnd: b} = entry;
		entry.setRangeText('', a === b ? Math.max(a - 1, 0) : a, b, 'end');
		changed();
	});
	$('keys').append(key);
});
$('keys').hidden = false;

// -- The history on the page

const known = new Map(); // questions and answers: only what has changed is asked again
let recomputing = null;
function drawHistory() {
	const list = $('lines');
	$('kept').hidden = !lines.length;
	$('tries').hidden = !!lines.length;
	list.replaceChildren(...lines.map((text, i) => {
		const item = make('li'), field = make('input', '', {value: text, spellcheck: false, ariaLabel: 'Line ' + (i + 1)}), use = button('Use', {ariaLabel: 'Use line ' + (i + 1)});
		on(field, 'change', () => {
			lines[i] = field.value.trim();
			if (!lines[i]) { lines.splice(i, 1); drawHistory(); ($('lines').children[i]?.querySelector('input') || entry).focus(); } else recompute();
			keep();
		});
		on(use, 'click', () => { fill(lines[i]); entry.focus(); });
		item.append(field, use, make('p'));
		return item;
	}));
	list.scrollTop = list.scrollHeight;
	recompute();
}
async function recompute() {
	recomputing?.abort();
	const control = recomputing = new AbortController();
	const questions = lines.map(question), keys = questions.map(q => JSON.stringify(q));
	const write = () => lines.forEach((_, i) => {
		const a = known.get(keys[i]), output = $('lines').children[i]?.querySelector('p');
		if (!a || !output) return;
		const bad = a.result === undefined;
		output.className = bad ? 'bad' : '';
		output.textContent = bad ? plain(a.detail) : (a.exact ? '= ' : '≈ ') + (a.result.length > 60 ? a.result.slice(0, 60) + '…' : a.result) + (a.error_bound ? ' ± ' + a.error_bound : '');
	});
	write();
	const missing = keys.flatMap((k, i) => known.has(k) ? [] : [i]);
	try {
		for (let size = 0, batch = []; missing.length || batch.length;) { // as large as one request may be
			if (missing.length && size < 3e5) { batch.push(missing[0]); size += keys[missing.shift()].length; continue; }
			const answers = await ask('evaluate', batch.map(i => questions[i]), control.signal);
			if (!Array.isArray(answers)) return;
			answers.forEach((a, j) => known.set(keys[batch[j]], a));
			[size, batch] = [0, []];
			write();
		}
	} catch { /* asked again with the next line */ }
}
on('tries', 'click', e => { if (e.target.tagName === 'BUTTON') { fill(e.target.textContent); $('calculator').requestSubmit(); } });
on('clear', 'click', () => { lines = []; recalled = 0; keep(); drawHistory(); entry.focus(); });
on('export', 'click', () => {
	const link = make('a', '', {href: URL.createObjectURL(new Blob([lines.join('\n') + '\n'], {type: 'text/plain'})), download: 'calculator.txt'});
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});

// -- The link, in the fragment, which servers do not see

function fragment() {
	const p = new URLSearchParams();
	if (shown) {
		p.set('q', shown.text);
		for (const id of ['precision', ...choices]) if (shown.q[id]) p.set(id, shown.q[id]);
		for (const [name, value] of Object.entries(shown.q.variables || {})) p.append('with', name + '=' + value);
	}
	if (view.drawn) for (const id of ['curve', 'from', 'to']) p.set(id, $(id).value);
	return '#' + p;
}
function fromLink() {
	const p = new URLSearchParams(location.hash.slice(1)), text = p.get('q')?.trim().slice(0, 20000);
	if (p.has('curve')) {
		for (const id of ['curve', 'from', 'to']) $(id).value = p.get(id) || '';
		$('plotter').requestSubmit();
	}
	if (!text) return;
	fill(text);
	$('precision').value = p.get('precision') || '';
	for (const id of choices) $(id).selectedIndex = Math.max(0, [...$(id).options].findIndex(o => o.value === p.get(id)));
	const variables = Object.fromEntries(p.getAll('with').map(pair));
	run(text, withPrecision(settings({expression: text, ...(p.has('with') && {variables})})), {link: false});
	fresh = true;
}
on(window, 'popstate', fromLink);
on(document, 'click', e => { // going to a part of the page leaves the link as it is
	const to = e.target.closest?.('a[href^="#"]'), part = to && $(to.hash.slice(1));
	if (!part) return;
	e.preventDefault();
	if (part.tagName === 'DETAILS') part.open = true;
	part.scrollIntoView();
	const target = part.tagName === 'DETAILS' ? part.firstElementChild : part;
	if (target.tabIndex < 0) target.tabIndex = -1;
	target.focus({preventScroll: true});
});

// -- The plot. A step that stays however near its ends are brought is a gap, and so is what has no value.

const view = {from: -10, to: 10, drawn: false};
const steps = 240, shares = 8, rounds = 3;
let plotting = null, drawn = null;
const svg = (name, attributes, text = '') => {
	const node = document.createElementNS('http://www.w3.org/2000/svg', name);
	for (const k in attributes) node.setAttribute(k, attributes[k]);
	node.textContent = text;
	return node;
};
const brief = n => String(+n.toPrecision(6)).replace('-', '−');
const ticks = (a, b, most) => {
	const step = 10 ** Math.floor(Math.log10((b - a) / most)), nice = [1, 2, 5, 10].map(k => k * step).find(s => (b - a) / s <= most);
	return Array.from({length: most + 2}, (_, i) => (Math.ceil(a / nice) + i) * nice).filter(t => t <= b);
};
async function values(expression, xs, signal) {
	const q = settings({expression, precision: 10}), answers = await ask('evaluate', xs.map(x => ({...q, variables: {x: x.toPrecision(14)}})), signal);
	if (!Array.isArray(answers)) throw new Error(answers.detail);
	const failed = answers.find(a => a.result === undefined && !['undefined', 'undecided', 'too-large'].includes(a.type));
	if (failed) throw new Error(failed.detail);
	return answers.map((a, i) => ({x: xs[i], y: drawable(Number(a.result))}));
}
// drawable is y where differences and shares of such numbers are numbers too.
const drawable = y => Math.abs(y) < 1e300 ? y : NaN;
// range is what of y is shown: a pole would flatten the rest.
function range(curve) {
	const sorted = curve.map(p => p.y).filter(isFinite).sort((a, b) => a - b), at = q => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
	if (!sorted.length) return null;
	let low = sorted[0], high = sorted.at(-1);
	if (high - low > 8 * (at(.9) - at(.1)) && at(.9) > at(.1)) { low = at(.05); high = at(.95); }
	if (high - low <= 1e-12 * Math.abs(high)) { low -= Math.abs(low) || 1; high += Math.abs(high) || 1; }
	const pad = (high - low) * .08;
	return [low - pad, high + pad];
}
async function draw() {
	const expression = $('curve').value, {from, to} = view;
	plotting?.abort();
	const control = plotting = new AbortController();
	put('plot-error');
	try {
		let curve = await values(expression, Array.from({length: steps + 1}, (_, i) => from + (to - from) * i / steps), control.signal);
		const shownRange = range(curve);
		if (!shownRange) throw new Error(`${expression} has no value between ${from} and ${to}`);
		const [low, high] = shownRange, seen = y => Math.max(low, Math.min(high, y)), rise = (p, q) => isFinite(p.y) !== isFinite(q.y) ? high - low : Math.abs(seen(p.y) - seen(q.y)), apart = (p, q) => rise(p, q) > (high - low) / 40;
		for (let round = 0; round < rounds; round++) {
			const steep = [...curve.keys()].filter(i => i && apart(curve[i - 1], curve[i])).sort((i, j) => rise(curve[j - 1], curve[j]) - rise(curve[i - 1], curve[i])).slice(0, 100);
			if (!steep.length) break;
			const between = await values(expression, steep.flatMap(i => Array.from({length: shares - 1}, (_, k) => curve[i - 1].x + (curve[i].x - curve[i - 1].x) * (k + 1) / shares)), control.signal);
			curve = [...curve, ...between].sort((p, q) => p.x - q.x);
		}
		if (plotting !== control) return;
		drawn = {expression, from, to, curve, range: shownRange, apart, narrow: (to - from) / steps / shares ** rounds * 1.5};
		paint();
	} catch (e) { if (e.name !== 'AbortError') put('plot-error', e.message); }
}
function paint() {
	const {expression, from, to, curve, range: [low, high], narrow, apart} = drawn, W = graph.clientWidth, H = graph.clientHeight;
	const X = x => (x - from) / (to - from) * W, Y = y => Math.max(-H, Math.min(2 * H, H - (y - low) / (high - low) * H));
	const world = svg('g', {id: 'world'});
	const line = (t, ends, at) => world.append(svg('line', {...ends, class: Math.abs(t) < 1e-12 ? 'axis' : 'grid'}), svg('text', at, brief(t)));
	for (const t of ticks(from, to, W < 500 ? 4 : 8)) line(t, {x1: X(t), x2: X(t), y1: 0, y2: H}, {x: X(t) + 4, y: H - 8});
	for (const t of ticks(low, high, H < 300 ? 4 : 7)) line(t, {y1: Y(t), y2: Y(t), x1: -W, x2: 2 * W}, {x: 8, y: Y(t) - 4});
	let path = '', pen = false;
	const holes = [];
	curve.forEach((p, i) => {
		const last = curve[i - 1], next = curve[i + 1];
		if (!isFinite(p.y)) {
			if (last && next && isFinite(last.y + next.y) && !apart(last, next)) holes.push(svg('circle', {cx: X(p.x), cy: Y((last.y + next.y) / 2), r: 4, class: 'hole'}));
			pen = false;
			return;
		}
		if (pen && p.x - last.x < narrow && apart(last, p)) pen = false;
		path += (pen ? 'L' : 'M') + X(p.x).toFixed(2) + ' ' + Y(p.y).toFixed(2);
		pen = true;
	});
	world.append(svg('path', {d: path, class: 'curve'}), ...holes);
	graph.replaceChildren(world);
	graph.ariaLabel = `Graph of ${expression} for x from ${from} to ${to}, y from ${brief(low)} to ${brief(high)}`;
}
// move goes aside by a share of the width, and widens it about a place.
function move(share, zoom = 1, about = .5) {
	const width = view.to - view.from, from = view.from + width * (share + about * (1 - zoom)), to = from + width * zoom;
	if (to - from > 1e-9 * Math.max(1, Math.abs(from)) && to - from < 1e9) show(from, to);
}
function show(from, to) {
	Object.assign(view, {from: +from.toPrecision(9), to: +to.toPrecision(9)});
	$('from').value = view.from;
	$('to').value = view.to;
	if (view.drawn) history.replaceState(null, '', fragment());
	return draw();
}
on('plotter', 'submit', e => {
	e.preventDefault();
	const [from, to] = ['from', 'to'].map(id => +drawable(Number($(id).value)).toPrecision(9));
	if (!(from < to)) { put('plot-error', 'from is to be a number below to, within nine digits'); return; }
	view.drawn = true;
	show(from, to);
});
const moves = new Map([['ArrowLeft', ['←', 'to the left', () => move(-.1)]], ['ArrowRight', ['→', 'to the right', () => move(.1)]], ['-', ['−', 'zoom out', () => move(0, 2)]],
	['+', ['+', 'zoom in', () => move(0, .5)]], ['0', ['0', 'back to −10 to 10', () => show(-10, 10)]]]);
for (const [shows, ariaLabel, onclick] of moves.values()) $('moves').append(button(shows, {ariaLabel, onclick}));
on(graph, 'keydown', e => {
	const action = moves.get(e.key === '=' ? '+' : e.key);
	if (!action || e.ctrlKey || e.metaKey) return;
	e.preventDefault();
	action[2]();
});
let grabbed = null;
on(graph, 'pointerdown', e => { grabbed = e.clientX; graph.setPointerCapture(e.pointerId); });
on(graph, 'pointermove', e => {
	if (!drawn) return;
	if (grabbed !== null) { $('world').setAttribute('transform', `translate(${e.clientX - grabbed})`); return; }
	const {from, to, curve} = drawn, box = graph.getBoundingClientRect(), x = from + (to - from) * (e.clientX - box.left) / box.width;
	const near = curve.reduce((a, b) => Math.abs(b.x - x) < Math.abs(a.x - x) ? b : a);
	put('trace', `x = ${brief(near.x)}, ` + (isFinite(near.y) ? 'y ≈ ' + brief(near.y) : 'no value'));
});
on(graph, 'pointerup', e => {
	if (grabbed !== null && Math.abs(e.clientX - grabbed) > 3) move((grabbed - e.clientX) / graph.clientWidth);
	grabbed = null;
});
on(graph, 'pointercancel', () => { grabbed = null; paint(); });
on(graph, 'wheel', e => { // only with the focus, so that the page can be scrolled past it
	if (document.activeElement !== graph && !e.ctrlKey) return;
	e.preventDefault();
	const box = graph.getBoundingClientRect();
	move(0, e.deltaY > 0 ? 1.25 : .8, (e.clientX - box.left) / box.width);
});
on(window, 'resize', () => drawn && paint());
const whenSeen = (id, act) => new IntersectionObserver((seen, self) => { if (seen.some(s => s.isIntersecting)) { self.disconnect(); act(); } }, {rootMargin: '200px'}).observe($(id));
whenSeen('graph', draw);
on('sketch', 'click', () => {
	$('curve').value = entry.value;
	$('plotter').requestSubmit();
	$('plot').scrollIntoView();
	graph.focus({preventScroll: true});
});

// -- The functions as they are now

async function probe(name) {
	const start = performance.now();
	try {
		const response = await fetch(root + name, {method: 'OPTIONS', cache: 'no-store', signal: AbortSignal.timeout(5000)});
		await response.text();
		return {time: performance.now() - start, status: response.status, ok: response.ok, version: response.headers.get('X-Calculator-Version'), here: response.headers.get('X-Calculator-By') === 'dashboard'};
	} catch { return {}; }
}
async function refresh() {
	const rows = [...$('table').rows], names = rows.map(row => row.cells[0].textContent.trim()), waiting = rows.keys(), asked = [];
	await Promise.all([1, 2, 3].map(async () => { for (const i of waiting) asked[i] = await probe(names[i]); }));
	const counts = {};
	for (const a of asked) if (a.version) counts[a.version] = (counts[a.version] || 0) + 1;
	const current = Object.keys(counts).sort((a, b) => counts[b] - counts[a])[0], wrong = [];
	rows.forEach((row, i) => {
		const {time, status, ok, version, here} = asked[i], [, state, ...cells] = row.cells, good = ok && version && version === current;
		if (!good) wrong.push(names[i]);
		state.textContent = !status ? '✕ no answer' : !version ? `✕ no function (${status})` : !ok ? `✕ fails (${status})` : !good ? '△ another version' : here ? '✓ in the dashboard' : '✓ answers';
		state.className = good ? '' : 'bad';
		cells[0].textContent = version ? version.slice(0, 12) : '–';
		cells[1].textContent = status ? time.toFixed(1) + ' ms' : '–';
	});
	const short = current?.slice(0, 12);
	put('agree', !short ? '✕ No function answers.' : wrong.length ? `✕ ${wrong.length} of ${rows.length} differ from version ${short}: ${wrong.join(', ')}.` : `✓ All ${rows.length} answer with version ${short}.`);
	put('checked', 'Last checked ' + new Date().toLocaleTimeString());
	let metrics = {};
	try { metrics = await (await fetch('dashboard/metrics.json', {cache: 'no-store'})).json(); } catch { /* not available */ }
	rows.forEach((row, i) => {
		const m = metrics.functions?.[names[i]] || {}, ms = s => s === undefined ? '–' : (s * 1000).toFixed(1) + ' ms';
		const texts = metrics.available ? [Math.round(m.calls || 0), m.calls ? ((m.errors || 0) / m.calls * 100).toFixed(1) + ' %' : '–', ms(m.p50), ms(m.p95)] : Array(4).fill('not available');
		texts.forEach((text, j) => { row.cells[4 + j].textContent = text; });
	});
}
for (const row of $('table').rows) for (let i = 0; i < 7; i++) row.insertCell().textContent = i ? '' : 'not asked';
on('refresh', 'click', refresh);
whenSeen('functions', refresh);

// -- Forms, with the catalogue's examples

let catalogue = null;
for (const form of document.querySelectorAll('details form')) {
	const name = form.parentNode.id.slice(2), field = key => form.elements.namedItem(key);
	on(form, 'submit', async e => {
		e.preventDefault();
		const body = {};
		for (const {name: key, value, selectedIndex} of form.elements) {
			if (!key || key === 'operation' || !value || selectedIndex === 0) continue;
			body[key] = key === 'args' ? value.split(/[\s,]+/).filter(Boolean) : key === 'forms' ? true : key !== 'variables' ? value
				: Object.fromEntries(value.split(';').filter(s => s.trim()).map(pair));
		}
		const json = JSON.stringify(body);
		let said;
		try {
			const response = await post(root + name, json), header = h => response.headers.get(h) ? `\n${h}: ${response.headers.get(h)}` : '';
			said = `HTTP ${response.status}${['Content-Type', 'X-Calculator-Version', 'X-Call-Id', 'Server-Timing'].map(header).join('')}\n\n${await response.text()}`;
		} catch (error) { said = error.message; }
		const event = {version: '2.0', rawPath: '/', rawQueryString: '', headers: {'content-type': 'application/json'}, requestContext: {http: {method: 'POST', path: '/'}}, body: json, isBase64Encoded: false};
		const part = (title, text, copied, className = '') => {
			const d = make('div', '', {className}), b = button('Copy', {className: 'bare', ariaLabel: 'Copy ' + title, hidden: !copied, onclick: () => copy(text, b)});
			d.append(make('h3', title), make('pre', text), b);
			return d;
		};
		const raw = form.parentNode.querySelector('.raw') || make('div', '', {className: 'raw'});
		raw.replaceChildren(part('Request', `POST ${root}${name}\nContent-Type: application/json\n\n${json}`), part('Response', said), part('curl', curl(name, json), true),
			part('faas-cli', `echo ${quote(json)} | faas-cli invoke ${name} --content-type application/json`, true), part('Lambda event', JSON.stringify(event), true, 'all'));
		form.after(raw);
	});
	on(form.parentNode, 'toggle', async () => {
		if (form.previousElementSibling.className === 'faces') return;
		const bar = make('div', '', {className: 'faces'});
		form.before(bar);
		try {
			catalogue ||= fetch('dashboard/catalogue.json').then(r => r.json());
			const {operands, examples} = (await catalogue).find(o => o.name === name);
			bar.append(...examples.map(e => button([e.operands.join(', '), ...(e.options || []).map(o => o.name + ' ' + o.text)].join(' · '), {onclick: () => {
				form.reset();
				if (operands[0].name === 'args') field('args').value = e.operands.join(' ');
				else e.operands.forEach((text, i) => { if (operands[i]) field(operands[i].name).value = text; });
				for (const o of e.options || []) if (field(o.name)) field(o.name).value = o.text;
				form.requestSubmit();
			}})));
		} catch { catalogue = null; bar.remove(); }
	});
}

drawHistory();
fromLink();
if (!entry.value && !matchMedia('(pointer: coarse)').matches) entry.focus({preventScroll: true});
