PRAGMA journal_mode = WAL;

CREATE TABLE organisations (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE people (
    org TEXT NOT NULL REFERENCES organisations, email TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
    PRIMARY KEY (org, email)) WITHOUT ROWID;

CREATE TABLE tickets (
    id INTEGER PRIMARY KEY, org TEXT NOT NULL REFERENCES organisations, subject TEXT NOT NULL, requester TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'waiting', 'solved')),
    priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high')), order_id INTEGER,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE INDEX tickets_by_org ON tickets (org, updated_at DESC);

CREATE TABLE comments (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES tickets, author TEXT NOT NULL, text TEXT NOT NULL,
    created_at INTEGER NOT NULL);
CREATE INDEX comments_by_ticket ON comments (ticket_id);

CREATE TABLE attachments (
    id INTEGER PRIMARY KEY, org TEXT NOT NULL REFERENCES organisations, ticket_id INTEGER NOT NULL REFERENCES tickets,
    file_name TEXT NOT NULL, media_type TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY, org TEXT NOT NULL REFERENCES organisations, placed_by TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('placed', 'shipped', 'delivered', 'returned')), currency TEXT NOT NULL,
    placed_at INTEGER NOT NULL);

CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders, position INTEGER NOT NULL, sku TEXT NOT NULL, title TEXT NOT NULL,
    quantity INTEGER NOT NULL, unit_price_cents INTEGER NOT NULL, PRIMARY KEY (order_id, position)) WITHOUT ROWID;

CREATE TABLE chat_messages (
    id INTEGER PRIMARY KEY, org TEXT NOT NULL REFERENCES organisations, author TEXT NOT NULL, text TEXT NOT NULL,
    sent_at INTEGER NOT NULL);
