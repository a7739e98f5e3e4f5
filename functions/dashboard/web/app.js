'use strict';
// The calculator's page. Text enters it by textContent only. Every computation is the dashboard's own: dashboard/NAME.
const $ = id => document.getElementById(id);
const make = (tag, text, set) => Object.assign(document.createElement(tag), {textContent: text ?? ''}, set);
const points = text => [...text];
document.documentElement.classList.add('js');

// ask posts JSON and returns the answer, or a problem with the same members.
async function ask(name, body, signal) {
  const response = await fetch('dashboard/' + name, {method: 'POST', signal, cache: 'no-store',
    headers: {'Content-Type': 'application/json', 'Accept': 'application/json'}, body: JSON.stringify(body)});
  if (!response.headers.get('X-Calculator-Version')) throw new Error('the answer did not come from the calculator: try again in a second');
  return response.json();
}

const entry = $('entry'), result = $('result');
let shown = null;      // what the result on the page was asked for, and the answer
let running = null;    // the computation under way
let previewing = null;
let timer = 0;

// ---- History: each line is a text. The values behind ans and names are the texts themselves, never digits.

let lines = [];
try { lines = JSON.parse(localStorage.getItem('lines') || '[]').filter(l => typeof l === 'string').slice(-200); } catch { lines = []; }
const keep = () => { try { localStorage.setItem('lines', JSON.stringify(lines)); } catch { /* private windows have no room */ } };

// statement writes a line so that what comes after it may use its value as ans.
function statement(line) {
  const parts = line.split('#')[0].split(/[;\n]/).filter(s => s.trim());
  if (!parts.length) return '';
  const named = assigned.exec(parts.at(-1));
  return named ? parts.join(';') + ';ans=' + named[1] : [...parts.slice(0, -1), 'ans=(' + parts.at(-1) + ')'].join(';');
}
const assigned = /^\s*([\p{L}_][\p{L}\p{M}0-9_]*)\s*=/u;
const names = text => new Set(text.match(/[\p{L}_][\p{L}\p{M}0-9_]*/gu));

// before is what must stand before a text so that it sees the lines above it: those that give a value to a name that it uses, and
// those that these need.
function before(text, count) {
  const wanted = names(text), needed = [];
  for (let i = count - 1; i >= 0 && wanted.size; i--) {
    const s = statement(lines[i]), gives = s.split(';').map(p => assigned.exec(p)?.[1]).filter(Boolean);
    if (!gives.some(n => wanted.has(n))) continue;
    gives.forEach(n => wanted.delete(n));
    s.split(';').forEach(p => names(p.replace(assigned, '')).forEach(n => wanted.add(n)));
    needed.unshift(s + '\n');
  }
  return needed.join('');
}

function question(text, count) {
  const prefix = before(text, count);
  const q = {expression: prefix + text, rounding: $('rounding').value, unit: $('unit').value, forms: true};
  if ($('precision').value) q.precision = $('precision').value;
  return {q, offset: points(prefix).length};
}

// ---- The result

function group(text, digits) {
  // Digits stand in groups of three for the eye, by margins, so that copying gives them without separators.
  const out = [];
  const [mantissa, exponent] = text.split('e');
  const point = mantissa.indexOf('.');
  const whole = point < 0 ? mantissa : mantissa.slice(0, point), fraction = point < 0 ? '' : mantissa.slice(point + 1);
  let rest = whole.replace(/^-/, '');
  if (text[0] === '-') out.push(make('span', '-'));
  const groups = [];
  for (let first = rest.length % 3 || 3; rest; first = 3) {
    groups.push(rest.slice(0, first));
    rest = rest.slice(first);
  }
  groups.forEach((g, i) => out.push(make('span', g, {className: i < groups.length - 1 ? 'g' : ''})));
  if (fraction) {
    out.push(make('span', '.'));
    for (let i = 0; i < fraction.length; i += 3) out.push(make('span', fraction.slice(i, i + 3), {className: i + 3 < fraction.length ? 'g' : ''}));
  }
  if (exponent) out.push(make('span', 'e' + exponent));
  if (digits) underline(out, digits);
  return out;
}

// underline marks the significant digit of that number: the last one shown before there were more.
function underline(spans, digits) {
  let seen = 0;
  for (const [i, span] of spans.entries()) {
    for (let j = 0; j < span.textContent.length; j++) {
      const c = span.textContent[j];
      if (c < '0' || c > '9' || (!seen && c === '0')) continue;
      if (++seen === digits) {
        const text = span.textContent, parts = [make('span', text.slice(0, j)), make('span', c, {className: 'was', title: 'the last digit before, rounded'}), make('span', text.slice(j + 1), {className: span.className})];
        spans.splice(i, 1, ...parts);
        return;
      }
    }
  }
}

const words = a => a.error_bound ? 'within ' + a.error_bound : a.exact ? 'exact' : `rounded to ${a.precision} digits, ${a.rounding.replace('_', '-')}`;

function showError(problem, offset, text) {
  $('error').textContent = problem.detail || problem.message || 'something went wrong';
  const mirror = $('mirror');
  mirror.replaceChildren();
  const at = problem.position - offset;
  if (problem.position === undefined || at < 0) return;
  const all = points(text);
  mirror.append(make('span', all.slice(0, at).join('')), make('mark', all[at] || ' '));
  mirror.scrollLeft = entry.scrollLeft;
}
function clearError() { $('error').textContent = ''; $('mirror').replaceChildren(); }

function scientific(text) {
  const m = /^(-?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/.exec(text);
  if (!m) return '';
  const digits = m[2] + m[3], lead = digits.search(/[1-9]/);
  if (lead < 0) return '0e+0';
  const exponent = m[2].length - lead - 1 + Number(m[4] || 0), kept = digits.slice(lead).replace(/0+$/, '') || '0';
  return m[1] + kept[0] + (kept.length > 1 ? '.' + kept.slice(1) : '') + 'e' + (exponent < 0 ? '-' : '+') + Math.abs(exponent);
}

function showAnswer(text, q, answer, was) {
  shown = {text, q, answer};
  result.replaceChildren(...group(answer.result, was));
  result.classList.toggle('long', answer.result.length > 60);
  const word = words(answer);
  $('badge').textContent = word;
  $('badge').dataset.word = answer.exact ? 'exact' : '';
  $('said').textContent = answer.result.length > 80 ? answer.result.slice(0, 80) + ' and more digits, ' + word : answer.result + ', ' + word;
  $('tools').hidden = false;
  $('more').hidden = answer.exact;
  const forms = {...answer.forms, scientific: scientific(answer.result)};
  if (forms.fraction === answer.result) { delete forms.fraction; delete forms.mixed; delete forms.repeating; }
  if (forms.mixed === forms.fraction) delete forms.mixed;
  document.querySelector('[data-copy=fraction]').hidden = !forms.fraction;
  $('forms').replaceChildren(...Object.entries(forms).filter(f => f[1]).flatMap(([name, value]) => [make('dt', name), make('dd', value)]));
  $('preview').textContent = '';
  location.hash === fragment() || history.pushState(null, '', fragment());
}

// run computes with the time elapsed and a way to stop it. Stopping closes the connection, and with it ends the work.
async function run(text, changed, was) {
  running?.abort();
  previewing?.abort();
  clearTimeout(timer);
  const control = running = new AbortController(), start = performance.now();
  const {q, offset} = question(text, lines.length);
  Object.assign(q, changed);
  const tick = setInterval(() => {
    $('busy').hidden = false;
    $('elapsed').textContent = ((performance.now() - start) / 1000).toFixed(1) + ' s';
  }, 300);
  try {
    clearError();
    const answer = await ask('evaluate', q, control.signal);
    if (running !== control) return false;
    if (answer.result === undefined) { showError(answer, offset, text); return false; }
    showAnswer(text, q, answer, was);
    return true;
  } catch (e) {
    if (running === control) $('error').textContent = e.name === 'AbortError' ? 'stopped' : e.message;
    return false;
  } finally {
    clearInterval(tick);
    if (running === control) { running = null; $('busy').hidden = true; }
  }
}

$('calculator').addEventListener('submit', async e => {
  e.preventDefault();
  const text = entry.value.trim();
  if (!text) { entry.focus(); return; }
  if (await run(text)) {
    if (lines.at(-1) !== text) { lines.push(text); lines = lines.slice(-200); keep(); drawHistory(); }
    entry.select();
  }
});
$('cancel').addEventListener('click', () => running?.abort());
for (const id of ['precision', 'rounding', 'unit']) $(id).addEventListener('change', () => { if (shown) again(); });
const again = () => runAlone(shown.text, {precision: undefined});

// runAlone computes a line that is in the history already.
async function runAlone(text) {
  const all = lines, at = lines.lastIndexOf(text);
  if (at >= 0) lines = lines.slice(0, at);
  const done = run(text);
  lines = all;
  return done;
}

// More digits: twice as many, as often as wanted; held down, it goes on.
async function moreDigits() {
  if (!shown || shown.answer.exact || running) return;
  const now = shown.answer.precision, digits = Math.min(now * 2, 10000);
  if (digits === now) { $('said').textContent = 'these are all the digits that one answer has'; return; }
  const {q, text} = shown;
  const control = running = new AbortController();
  try {
    const answer = await ask('evaluate', {...q, precision: digits}, control.signal);
    if (answer.result !== undefined) {
      $('precision').value = digits;
      showAnswer(text, {...q, precision: digits}, answer, now);
    } else showError(answer, 0, text);
  } catch (e) { if (e.name !== 'AbortError') $('error').textContent = e.message; } finally { running = null; }
}
let held = 0;
$('more').addEventListener('click', moreDigits);
$('more').addEventListener('pointerdown', () => { held = setInterval(moreDigits, 700); });
for (const type of ['pointerup', 'pointerleave', 'pointercancel']) $('more').addEventListener(type, () => clearInterval(held));
result.addEventListener('scroll', () => { if (result.scrollTop + result.clientHeight >= result.scrollHeight - 4 && result.classList.contains('long')) moreDigits(); });

// A live preview after a pause; the one before is given up.
entry.addEventListener('input', () => {
  clearTimeout(timer);
  previewing?.abort();
  clearError();
  $('preview').textContent = '';
  const text = entry.value.trim();
  if (text) timer = setTimeout(() => preview(text), 250);
});
entry.addEventListener('scroll', () => { $('mirror').scrollLeft = entry.scrollLeft; });
async function preview(text) {
  const control = previewing = new AbortController();
  const {q} = question(text, lines.length);
  try {
    const answer = await ask('evaluate', {...q, precision: q.precision || 16, forms: false}, control.signal);
    if (previewing === control && entry.value.trim() === text) $('preview').textContent = answer.result === undefined ? '' : '= ' + (answer.result.length > 60 ? answer.result.slice(0, 60) + '…' : answer.result);
  } catch { /* the next pause asks again */ }
}

// ---- Copying

const latex = a => {
  const f = a.forms || {};
  if (f.symbolic) return f.symbolic.replace(/√(\d+)/g, '\\sqrt{$1}').replace(/∛(\d+)/g, '\\sqrt[3]{$1}').replace(/∜(\d+)/g, '\\sqrt[4]{$1}').replace(/\bpi\b/g, '\\pi ').replace(/\bphi\b/g, '\\varphi ').replace(/\bln\b/g, '\\ln ').replace(/·/g, '\\cdot ').replace(/^(-?)(.+)\/(\d+)$/, '$1\\frac{$2}{$3}');
  const m = /^(-?)(\d+)\/(\d+)$/.exec(f.fraction || '');
  return m ? `${m[1]}\\frac{${m[2]}}{${m[3]}}` : a.result.replace(/e([+-]?\d+)$/, (_, n) => ' \\cdot 10^{' + Number(n) + '}');
};
const quote = text => "'" + text.replace(/'/g, "'\\''") + "'";
const base = () => { const m = /^(.*\/)function\/dashboard/.exec(location.pathname); return (m ? m[1] : '/') + 'function/'; };
document.querySelectorAll('[data-copy]').forEach(button => button.addEventListener('click', async () => {
  if (!shown) return;
  const text = {decimal: () => shown.answer.result, fraction: () => shown.answer.forms?.fraction || shown.answer.result, latex: () => latex(shown.answer),
    curl: () => `curl ${location.origin}${base()}evaluate --json ${quote(JSON.stringify(shown.q))}`}[button.dataset.copy]();
  try { await navigator.clipboard.writeText(text); $('said').textContent = 'copied'; } catch { $('said').textContent = text; }
  document.documentElement.dataset.copied = text;
}));

// ---- The keypad

const keys = [['7'], ['8'], ['9'], ['÷', '/', 'divided by'], ['(', '(', 'open parenthesis'], [')', ')', 'close parenthesis'],
  ['4'], ['5'], ['6'], ['×', '*', 'times'], ['xʸ', '^', 'to the power of'], ['√', 'sqrt(', 'square root'],
  ['1'], ['2'], ['3'], ['−', '-', 'minus'], ['π', 'pi', 'pi'], ['%', '%', 'percent'],
  ['0'], ['.', '.', 'point'], ['ans', 'ans', 'the last result'], ['+', '+', 'plus'], ['⌫', 'back', 'delete'], ['=', 'equals', 'equals'],
  ['sin', 'sin('], ['cos', 'cos('], ['tan', 'tan('], ['ln', 'ln('], ['exp', 'exp('], ['n!', '!', 'factorial']];
for (const [face, types, name] of keys) {
  const button = make('button', face, {type: 'button'});
  if (name) button.setAttribute('aria-label', name);
  if (name === 'percent') button.setAttribute('aria-describedby', 'percent');
  if (types === 'equals') button.className = 'equals';
  button.addEventListener('click', () => {
    if (types === 'equals') return $('calculator').requestSubmit();
    const {selectionStart: a, selectionEnd: b} = entry;
    if (types === 'back') entry.setRangeText('', a === b ? Math.max(a - 1, 0) : a, b, 'end');
    else entry.setRangeText(types || face, a, b, 'end');
    entry.dispatchEvent(new Event('input'));
  });
  $('keys').append(button);
}
$('keys').hidden = false;

// ---- Drawing the history

let drawing = 0;
async function drawHistory() {
  const mine = ++drawing;
  $('history').hidden = !lines.length;
  const outputs = [];
  $('lines').replaceChildren(...lines.map((text, i) => {
    const item = make('li'), field = make('input', '', {value: text, spellcheck: false}), use = make('button', 'Use', {type: 'button'}), output = make('output');
    field.setAttribute('aria-label', 'line ' + (i + 1));
    field.addEventListener('change', () => {
      lines[i] = field.value.trim();
      if (!lines[i]) lines.splice(i, 1);
      keep();
      drawHistory();
    });
    use.setAttribute('aria-label', 'Use line ' + (i + 1));
    use.addEventListener('click', () => { entry.value = lines[i]; entry.focus(); entry.dispatchEvent(new Event('input')); });
    item.append(field, use, output);
    outputs.push(output);
    return item;
  }));
  if (!lines.length) return;
  const batch = lines.map((text, i) => ({...question(text, i).q, forms: false}));
  try {
    const answers = await ask('evaluate', batch);
    if (mine !== drawing) return;
    answers.forEach((a, i) => {
      const text = a.result === undefined ? a.detail : '= ' + a.result + (a.error_bound ? ' ± ' + a.error_bound : a.exact ? '' : ' (rounded)');
      outputs[i].textContent = text.length > 200 ? text.slice(0, 200) + '…' : text;
    });
  } catch { /* shown when the calculator is there again */ }
}
$('clear').addEventListener('click', () => { lines = []; keep(); drawHistory(); });
$('export').addEventListener('click', () => {
  const link = make('a', '', {href: URL.createObjectURL(new Blob([lines.join('\n') + '\n'], {type: 'text/plain'})), download: 'calculator.txt'});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});

// ---- The link: everything is in the fragment, which servers do not see.

function fragment() {
  const p = new URLSearchParams({q: shown ? shown.text : entry.value});
  for (const id of ['precision', 'rounding', 'unit']) {
    const value = $(id).value;
    if (value && value !== 'half_even' && value !== 'radian') p.set(id, value);
  }
  return '#' + p;
}
function fromLink() {
  const p = new URLSearchParams(location.hash.slice(1));
  if (!p.has('q')) return false;
  entry.value = p.get('q').slice(0, 20000);
  const digits = Number(p.get('precision'));
  $('precision').value = digits >= 1 && digits <= 10000 ? Math.floor(digits) : '';
  for (const id of ['rounding', 'unit']) {
    $(id).selectedIndex = Math.max(0, [...$(id).options].findIndex(o => o.value === p.get(id)));
  }
  if (entry.value.trim()) runAlone(entry.value.trim());
  return true;
}
addEventListener('popstate', fromLink);

// ---- The plot

const view = {from: -10, to: 10};
const svg = (name, attributes, text) => {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [k, v] of Object.entries(attributes)) node.setAttribute(k, v);
  if (text !== undefined) node.textContent = text;
  return node;
};
const W = 640, H = 360, samples = 321;
let plotting = null;
const ticks = (a, b) => {
  const step = 10 ** Math.floor(Math.log10((b - a) / 4)), nice = [1, 2, 5, 10].map(k => k * step).find(s => (b - a) / s <= 8);
  const list = [];
  for (let t = Math.ceil(a / nice) * nice; t <= b && list.length < 12; t += nice) list.push(Math.abs(t) < nice / 1e6 ? 0 : t);
  return list;
};
async function draw() {
  const expression = $('curve').value, {from, to} = view;
  plotting?.abort();
  const control = plotting = new AbortController();
  $('plot-error').textContent = '';
  const xs = Array.from({length: samples}, (_, i) => from + (to - from) * i / (samples - 1));
  let answers;
  try {
    answers = await ask('evaluate', xs.map(x => ({expression, variables: {x: x.toPrecision(12)}, precision: 10, unit: $('unit').value})), control.signal);
  } catch (e) { if (e.name !== 'AbortError') $('plot-error').textContent = e.message; return; }
  if (plotting !== control) return;
  if (!Array.isArray(answers)) { $('plot-error').textContent = answers.detail; return; }
  const failed = answers.find(a => a.result === undefined && !['undefined', 'undecided', 'too-large'].includes(a.type));
  if (failed) { $('plot-error').textContent = failed.detail; return; }
  const ys = answers.map(a => a.result === undefined ? NaN : Number(a.result));
  const sorted = ys.filter(Number.isFinite).sort((a, b) => a - b);
  if (!sorted.length) { $('plot-error').textContent = 'there is no value between ' + from + ' and ' + to; $('graph').replaceChildren(); return; }
  const pick = q => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  let low = sorted[0], high = sorted.at(-1);
  if (high - low > 8 * (pick(.9) - pick(.1)) && pick(.9) > pick(.1)) { low = pick(.04); high = pick(.96); } // a pole would flatten the rest
  if (high - low < 1e-12 * Math.max(Math.abs(high), 1e-300)) { low -= Math.abs(low) || 1; high += Math.abs(high) || 1; }
  const pad = (high - low) * .06;
  low -= pad; high += pad;
  const X = x => (x - from) / (to - from) * W, Y = y => H - (y - low) / (high - low) * H;
  const nodes = [];
  for (const t of ticks(from, to)) nodes.push(svg('line', {x1: X(t), x2: X(t), y1: 0, y2: H, class: t === 0 ? 'axis' : 'grid'}), svg('text', {x: Math.min(X(t) + 3, W - 40), y: H - 5}, +t.toPrecision(6)));
  for (const t of ticks(low, high)) nodes.push(svg('line', {y1: Y(t), y2: Y(t), x1: 0, x2: W, class: t === 0 ? 'axis' : 'grid'}), svg('text', {x: 4, y: Math.max(Y(t) - 3, 12)}, +t.toPrecision(6)));
  const middle = (low + high) / 2;
  let path = '', pen = false;
  const clip = y => Math.max(-H, Math.min(2 * H, Y(y)));
  ys.forEach((y, i) => {
    if (!Number.isFinite(y)) { pen = false; return; }
    const last = ys[i - 1];
    // From far above to far below within a step is a pole, not a line.
    if (pen && Math.abs(y - last) > (high - low) * .9 && (y > middle) !== (last > middle)) pen = false;
    path += (pen ? 'L' : 'M') + X(xs[i]).toFixed(2) + ' ' + clip(y).toFixed(2);
    pen = true;
  });
  nodes.push(svg('path', {d: path, class: 'curve'}));
  $('graph').replaceChildren(...nodes);
  $('graph').setAttribute('aria-label', `Graph of ${expression} from ${from} to ${to}`);
  $('graph').dataset.pieces = (path.match(/M/g) || []).length;
}
const move = (share, zoom) => {
  const width = (view.to - view.from) * zoom, middle = (view.from + view.to) / 2 + (view.to - view.from) * share;
  if (!(width > 1e-9 && width < 1e9)) return;
  view.from = +(middle - width / 2).toPrecision(9); view.to = +(middle + width / 2).toPrecision(9);
  $('from').value = view.from; $('to').value = view.to;
  draw();
};
$('plotter').addEventListener('submit', e => {
  e.preventDefault();
  const from = Number($('from').value), to = Number($('to').value);
  if (!(from < to) || !isFinite(to - from)) { $('plot-error').textContent = 'from is to be a number below to'; return; }
  Object.assign(view, {from, to});
  draw();
});
$('graph').addEventListener('keydown', e => {
  const action = {ArrowLeft: [-.1, 1], ArrowRight: [.1, 1], '+': [0, .5], '=': [0, .5], '-': [0, 2]}[e.key];
  if (action) move(...action);
  else if (e.key === '0') { view.from = -10; view.to = 10; move(0, 1); } else return;
  e.preventDefault();
});
let grabbed = null, wheel = 0;
$('graph').addEventListener('pointerdown', e => { grabbed = e.clientX; $('graph').setPointerCapture(e.pointerId); });
$('graph').addEventListener('pointerup', e => {
  if (grabbed !== null && Math.abs(e.clientX - grabbed) > 3) move(-(e.clientX - grabbed) / $('graph').clientWidth, 1);
  grabbed = null;
});
$('graph').addEventListener('wheel', e => {
  e.preventDefault();
  clearTimeout(wheel);
  const zoom = e.deltaY > 0 ? 1.5 : 1 / 1.5;
  wheel = setTimeout(() => move(0, zoom), 60);
}, {passive: false});
new IntersectionObserver((seen, self) => { if (seen.some(s => s.isIntersecting)) { self.disconnect(); draw(); } }).observe($('graph'));

// ---- The operations

async function refresh() {
  const rows = [...$('table').rows];
  const asked = await Promise.all(rows.map(async row => {
    const start = performance.now();
    try {
      const response = await fetch(base() + row.dataset.name, {method: 'OPTIONS', cache: 'no-store', signal: AbortSignal.timeout(5000)});
      const version = response.headers.get('X-Calculator-Version');
      await response.text();
      return {row, version, ok: response.ok, status: response.status, time: performance.now() - start};
    } catch { return {row}; }
  }));
  const counts = {};
  for (const a of asked) if (a.version) counts[a.version] = (counts[a.version] || 0) + 1;
  const newest = Object.keys(counts).sort((a, b) => counts[b] - counts[a])[0];
  for (const {row, version, ok, status, time} of asked) {
    const cells = row.cells, good = ok && version && version === newest;
    cells[1].textContent = !status ? '✕ no answer' : !version ? `✕ no function (${status})` : !ok ? '✕ ' + status : version === newest ? '✓ answers' : '△ another version';
    cells[1].className = good ? '' : 'bad';
    cells[2].textContent = version ? version.slice(0, 12) : '';
    cells[3].textContent = status ? time.toFixed(1) + ' ms' : '';
  }
  const bad = asked.filter(a => !a.ok || a.version !== newest).length;
  $('agree').textContent = bad ? `${bad} of ${asked.length} do not answer with version ${(newest || 'of the others').slice(0, 12)}.` : `All ${asked.length} answer with version ${newest.slice(0, 12)}.`;
  $('checked').textContent = 'Last checked ' + new Date().toLocaleTimeString();
  try {
    const metrics = await (await fetch('dashboard/metrics.json', {cache: 'no-store'})).json();
    const ms = s => s === undefined ? '' : (s * 1000).toFixed(1) + ' ms';
    for (const row of rows) {
      const m = metrics.functions[row.dataset.name] || {};
      const texts = metrics.available ? [m.calls === undefined ? '0' : Math.round(m.calls), m.calls ? ((m.errors || 0) / m.calls * 100).toFixed(1) + '%' : '', ms(m.p50), ms(m.p95)] : Array(4).fill('not available');
      texts.forEach((t, i) => { row.cells[4 + i].textContent = t; });
    }
  } catch { /* the table says what it knows */ }
}
$('refresh').addEventListener('click', refresh);
new IntersectionObserver((seen, self) => { if (seen.some(s => s.isIntersecting)) { self.disconnect(); refresh(); } }).observe($('operations'));

// ---- A form for each function, with what was sent and what came back

document.querySelectorAll('form[data-operation]').forEach(form => form.addEventListener('submit', async e => {
  e.preventDefault();
  const name = form.dataset.operation, body = {};
  for (const [key, value] of new FormData(form)) {
    if (key === 'operation' || !value) continue;
    body[key] = key === 'args' ? value.split(/[\s,]+/).filter(Boolean) : key === 'forms' ? value === 'true'
      : key === 'variables' ? Object.fromEntries(value.split(';').filter(s => s.includes('=')).map(s => [s.slice(0, s.indexOf('=')).trim(), s.slice(s.indexOf('=') + 1)])) : value;
  }
  const json = JSON.stringify(body), url = location.origin + base() + name;
  let raw = form.parentNode.querySelector('.raw');
  if (!raw) { raw = make('div', '', {className: 'raw'}); form.after(raw); }
  const block = (title, text) => {
    const copy = make('button', 'Copy ' + title, {type: 'button'});
    copy.addEventListener('click', () => navigator.clipboard?.writeText(text));
    return [make('pre', text), copy];
  };
  let said;
  try {
    const response = await fetch('dashboard/' + name, {method: 'POST', headers: {'Content-Type': 'application/json', 'Accept': 'application/json'}, body: json});
    said = `HTTP ${response.status}\nX-Calculator-Version: ${response.headers.get('X-Calculator-Version')}\n\n${await response.text()}`;
  } catch (error) { said = error.message; }
  const event = {version: '2.0', rawPath: '/', rawQueryString: '', headers: {'content-type': 'application/json'}, requestContext: {http: {method: 'POST', path: '/'}}, body: json, isBase64Encoded: false};
  raw.replaceChildren(make('h3', 'Request'), make('pre', `POST /function/${name}\nContent-Type: application/json\n\n${json}`), make('h3', 'Response'), make('pre', said),
    make('h3', 'The same call'), ...block('curl', `curl ${url} --json ${quote(json)}`), ...block('faas-cli', `echo ${quote(json)} | faas-cli invoke ${name} --content-type application/json`),
    ...block('Lambda event', JSON.stringify(event)));
}));

drawHistory();
if (!fromLink() && !document.querySelector('.badge').textContent) entry.focus({preventScroll: true});
