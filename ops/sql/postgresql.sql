-- Who may do what in the broker's database on PostgreSQL; why, see ops/adr/0010-database-roles.md.
--
-- Run it as a superuser, connected to that database: before the first migration, and again after every one, because a new
-- table gives nobody anything. It may be repeated at any time, and takes back whatever else a role was given on a table.
--   psql -v ON_ERROR_STOP=1 -d accessbroker -f ops/sql/postgresql.sql
--
-- No password stands here. Give each role its own, so that it goes over the wire only as a hash:
--   psql -d accessbroker -c '\password accessbroker_broker'

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['accessbroker_owner', 'accessbroker_broker', 'accessbroker_eraser'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
        EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', name);
    END LOOP;
    -- Among what everybody has by default are temporary tables.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO accessbroker_owner, accessbroker_broker, accessbroker_eraser', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC, accessbroker_broker, accessbroker_eraser;
GRANT USAGE ON SCHEMA public TO accessbroker_broker, accessbroker_eraser;
GRANT USAGE, CREATE ON SCHEMA public TO accessbroker_owner; -- makes the tables, so they are its own

DO $$
BEGIN
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, accessbroker_broker, accessbroker_eraser;
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, accessbroker_broker, accessbroker_eraser;
    IF to_regclass('public.audit_bundle') IS NULL THEN
        RAISE NOTICE 'There are no tables yet. Migrate as accessbroker_owner, then run this again.';
        RETURN;
    END IF;

    -- The log: what is written once is never changed. The head and the trails' heads move on with each entry.
    GRANT SELECT, INSERT ON audit_bundle, audit_checkpoint, audit_cosignature, audit_tile, audit_event TO accessbroker_broker;
    GRANT SELECT, UPDATE (size, frontier, "time") ON audit_head TO accessbroker_broker;
    GRANT SELECT, INSERT, UPDATE (count, head) ON audit_trail TO accessbroker_broker;
    GRANT SELECT, INSERT, UPDATE (next_idx, end_idx, fingerprint, holder, held_until) ON audit_stream TO accessbroker_broker;
    GRANT SELECT, INSERT, UPDATE (done_until, ran_at, file_name, error, failed_at, failures, retry_at, holder, held_until) ON audit_schedule TO accessbroker_broker;
    GRANT SELECT, INSERT, UPDATE (boot, alive_until, first_idx) ON audit_node TO accessbroker_broker;

    -- Requests, grants and sessions: their state, never what was asked or granted.
    GRANT SELECT, INSERT, UPDATE ("State", "DecidedAt", "DecidedBy", "GrantId", "Version", "EntryIndex") ON access_request TO accessbroker_broker;
    GRANT SELECT, INSERT, UPDATE ("EndedAt", "EndedBy", "EndedAs", "Version", "EntryIndex") ON access_grant TO accessbroker_broker;
    GRANT SELECT, INSERT, UPDATE ("EndedAt", "Termination", "EntryIndex") ON access_session TO accessbroker_broker;
    GRANT SELECT, INSERT, UPDATE ("EntryIndex") ON review, tenant TO accessbroker_broker;
    GRANT SELECT, INSERT, UPDATE ("EntryIndex", "RemovedAt") ON role_assignment TO accessbroker_broker;

    GRANT SELECT, INSERT, UPDATE ("State", "DecidedBy", "DecidedAt", "DecisionId", "DecisionIndex", "DoneAt", "Erased", "Version", "EntryIndex")
        ON erasure TO accessbroker_broker;

    -- People, keys and settings are made and read.
    GRANT SELECT, INSERT ON person, data_key, signing_key, data_protection_key, setting, idempotency_key TO accessbroker_broker;
    -- A checkpoint key gets the entry that names it, and at the end of its time loses its private part.
    GRANT UPDATE ("EntryIndex", "Public", "SealedPrivate", "RetiredAt") ON signing_key TO accessbroker_broker;
    GRANT SELECT, INSERT, DELETE ON browser_code TO accessbroker_broker; -- each opens one door once

    -- The embedded issuer, in demos.
    GRANT SELECT, INSERT, UPDATE ON "OpenIddictApplications" TO accessbroker_broker;
    GRANT SELECT ON "OpenIddictScopes" TO accessbroker_broker;
    GRANT SELECT, INSERT, UPDATE, DELETE ON "OpenIddictAuthorizations", "OpenIddictTokens" TO accessbroker_broker;

    -- Is the schema this version's? A start asks, and only the owner changes the answer.
    GRANT SELECT ON "__EFMigrationsHistory" TO accessbroker_broker;

    -- Erasing and pruning take a body out of a bundle and leave its header, take people's words out of what is shown, and keep
    -- how far they came. They read what rows are still held against.
    GRANT SELECT, UPDATE (bodies) ON audit_bundle TO accessbroker_eraser;
    -- What is shown is also made anew from the log by this account (rebuild-search).
    GRANT SELECT, INSERT, DELETE, UPDATE (host, path, ip, ticket, text) ON audit_event TO accessbroker_eraser;
    GRANT SELECT, UPDATE ("Reason", "Ticket") ON access_request TO accessbroker_eraser;
    GRANT SELECT, UPDATE ("Reason") ON review TO accessbroker_eraser;
    GRANT SELECT, INSERT, UPDATE ("Value") ON setting TO accessbroker_eraser;
    GRANT SELECT ON tenant, role_assignment, access_grant, access_session, erasure TO accessbroker_eraser;
    -- Whose keys are to be destroyed, and nothing of the keys themselves.
    GRANT SELECT ("Id", "Tenant"), UPDATE ("Subject", "Profile") ON person TO accessbroker_eraser;
    GRANT SELECT ("Owner"), UPDATE ("Wrapped") ON data_key TO accessbroker_eraser;
END $$;
