'use strict';
// Everything shown is set as text, never as markup: tickets are written by strangers.

const base = `/orgs/${document.body.dataset.org}`;
const main = document.getElementById('main');
let socket = null;

function el(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

const when = iso => new Date(iso).toLocaleString();
const money = (cents, currency) => new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(cents / 100);

/** The answer's JSON; a refusal, of the helpdesk or of whoever stands before it, becomes an Error with its reason. */
async function ask(path, method = 'GET', body) {
  const response = await fetch(base + path, {
    method,
    headers: body ? { 'Content-Type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  });
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Error(`${problem.title ?? response.status}: ${problem.detail ?? response.statusText}`);
}

const refused = error => el('p', { className: 'refused', textContent: error.message });

function table(heads, rows) {
  return el('table', {},
    el('thead', {}, el('tr', {}, ...heads.map(head => el('th', { scope: 'col', textContent: head })))),
    el('tbody', {}, ...rows.map(cells => el('tr', {}, ...cells.map(cell => el('td', {}, cell))))));
}

function pager(list, show) {
  const pages = Math.max(1, Math.ceil(list.total / list.pageSize));
  const button = (text, page) => el('button', {
    type: 'button', textContent: text, disabled: page < 1 || page > pages, onclick: () => show(page),
  });
  return el('p', {}, button('Earlier', list.page - 1), ` page ${list.page} of ${pages} `, button('Later', list.page + 1));
}

async function tickets(page = 1, q = '') {
  const list = await ask(`/tickets?${new URLSearchParams({ page, ...(q && { q }) })}`);
  const search = el('form', { role: 'search', onsubmit: event => {
    event.preventDefault();
    tickets(1, event.target.q.value).catch(error => main.replaceChildren(refused(error)));
  } }, el('input', { name: 'q', value: q, ariaLabel: 'Search tickets' }), el('button', { textContent: 'Search' }));
  main.replaceChildren(
    el('h1', { textContent: 'Tickets' }), search,
    table(['Ticket', 'Subject', 'From', 'Status', 'Changed'], list.items.map(ticket => [
      el('a', { href: `#ticket/${ticket.id}`, textContent: ticket.id }), ticket.subject, ticket.requester,
      el('span', { className: ticket.status, textContent: ticket.status }), when(ticket.updatedAt)])),
    pager(list, page => tickets(page, q).catch(error => main.append(refused(error)))));
}

async function ticket(id) {
  const found = await ask(`/tickets/${id}`);
  const reply = el('form', { onsubmit: async event => {
    event.preventDefault();
    try {
      await ask(`/tickets/${id}/comments`, 'POST', { text: event.target.text.value });
      await ticket(id);
    } catch (error) { reply.after(refused(error)); }
  } }, el('textarea', { name: 'text', rows: 2, required: true, ariaLabel: 'Your comment' }), el('button', { textContent: 'Reply' }));
  main.replaceChildren(
    el('h1', { textContent: `${id} ${found.ticket.subject}` }),
    el('p', {}, `${found.ticket.status}, ${found.ticket.priority} priority, from ${found.ticket.requester}`,
      ...(found.ticket.orderId ? [', about ', el('a', { href: `#order/${found.ticket.orderId}`, textContent: `order ${found.ticket.orderId}` })] : [])),
    ...found.comments.map(comment => el('article', {},
      el('strong', { textContent: comment.author }), ' ', el('small', { textContent: when(comment.createdAt) }),
      el('p', { textContent: comment.text }))),
    el('ul', {}, ...found.attachments.map(file => el('li', {},
      el('a', { href: `${base}/attachments/${file.id}`, download: file.fileName, textContent: file.fileName }),
      ` ${file.bytes.toLocaleString()} bytes`))),
    reply);
}

async function orders(page = 1) {
  const list = await ask(`/orders?page=${page}`);
  main.replaceChildren(el('h1', { textContent: 'Orders' }),
    table(['Order', 'Placed by', 'Status', 'Total', 'Placed'], list.items.map(order => [
      el('a', { href: `#order/${order.id}`, textContent: order.id }), order.placedBy, order.status,
      money(order.totalCents, order.currency), when(order.placedAt)])),
    pager(list, page => orders(page).catch(error => main.append(refused(error)))));
}

async function order(id) {
  const found = await ask(`/orders/${id}`);
  main.replaceChildren(el('h1', { textContent: `Order ${id}` }),
    el('p', { textContent: `${found.order.status}, placed by ${found.order.placedBy}, ${money(found.order.totalCents, found.order.currency)}` }),
    table(['Article', 'Title', 'Quantity', 'Price'], found.lines.map(line => [
      line.sku, line.title, String(line.quantity), money(line.unitPriceCents, found.order.currency)])));
}

async function chat() {
  const said = el('div', { role: 'log' });
  const state = el('p', { textContent: 'Connecting…' });
  const say = el('form', { onsubmit: event => {
    event.preventDefault();
    socket?.send(event.target.text.value);
    event.target.reset();
  } }, el('input', { name: 'text', required: true, maxLength: 500, ariaLabel: 'Message' }), el('button', { textContent: 'Send' }));
  main.replaceChildren(el('h1', { textContent: 'Chat' }), state, said, say);
  socket = new WebSocket(`${location.origin.replace('http', 'ws')}${base}/chat`);
  socket.onopen = () => { state.textContent = 'Connected.'; };
  socket.onclose = () => { state.textContent = 'Not connected. Open Chat again to rejoin.'; };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    said.append(el('article', {}, el('strong', { textContent: message.author }), ' ',
      el('small', { textContent: when(message.sentAt) }), el('p', { textContent: message.text })));
  };
}

function live() {
  const button = document.getElementById('live');
  const state = document.getElementById('live-state');
  const events = document.getElementById('live-events');
  let source = null;
  const stop = text => {
    source?.close();
    source = null;
    button.textContent = 'Start';
    button.ariaPressed = 'false';
    state.textContent = text;
  };
  const show = event => {
    const { kind, ticket, text, at } = JSON.parse(event.data);
    if (kind === 'queue') { state.textContent = `${new Date(at).toLocaleTimeString()}: ${text}`; return; }
    events.prepend(el('li', {}, el('a', { href: `#ticket/${ticket}`, textContent: ticket }), ` ${text}`));
  };
  button.onclick = () => {
    if (source) { stop('Not connected.'); return; }
    source = new EventSource(`${base}/tickets/stream`);
    button.textContent = 'Stop';
    button.ariaPressed = 'true';
    for (const kind of ['queue', 'commented', 'status']) source.addEventListener(kind, show);
    // An EventSource would try again for ever: here a cut line is something to see.
    source.onerror = () => stop('The stream was cut or refused.');
  };
}

const views = { tickets: () => tickets(), ticket, orders: () => orders(), order, chat };

function navigate() {
  socket?.close();
  socket = null;
  const [view, id] = location.hash.slice(1).split('/');
  (views[view] ?? views.tickets)(encodeURIComponent(id ?? '')).catch(error => main.replaceChildren(refused(error)));
}

addEventListener('hashchange', navigate);
live();
navigate();
