-- Who may do what in the broker's database on SQL Server; why, see ops/adr/0010-database-roles.md.
--
-- Run it as db_owner in that database: before the first migration, and again after every one, because a new table gives
-- nobody anything. It may be repeated at any time.
--   sqlcmd -b -d accessbroker -i ops/sql/sqlserver.sql
--
-- These are roles, and no password stands here. Make a login and a user for each, then for example
--   ALTER ROLE accessbroker_broker ADD MEMBER [the user];
-- A member of db_datawriter, db_ddladmin or db_owner may more than its role: DENY stops the first two, nothing the last.

IF DATABASE_PRINCIPAL_ID('accessbroker_owner') IS NULL CREATE ROLE accessbroker_owner;
IF DATABASE_PRINCIPAL_ID('accessbroker_broker') IS NULL CREATE ROLE accessbroker_broker;
IF DATABASE_PRINCIPAL_ID('accessbroker_eraser') IS NULL CREATE ROLE accessbroker_eraser;
GO

GRANT CREATE TABLE TO accessbroker_owner;
GRANT ALTER, REFERENCES, SELECT, INSERT, UPDATE, DELETE ON SCHEMA::dbo TO accessbroker_owner;
GRANT ENABLE LEDGER TO accessbroker_owner; -- audit_checkpoint is a ledger table
GO

IF OBJECT_ID('dbo.audit_bundle') IS NULL OR OBJECT_ID('dbo.audit_cosignature') IS NULL
BEGIN
    PRINT 'Not all tables are there yet. Migrate as a member of accessbroker_owner, then run this again.';
    RETURN;
END;

-- The log: what is written once is never changed. The head and the trails' heads move on with each entry.
GRANT SELECT, INSERT ON dbo.audit_bundle TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.audit_checkpoint TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.audit_cosignature TO accessbroker_broker; -- witnesses' lines come after their checkpoint was stored
GRANT SELECT, INSERT ON dbo.audit_tile TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.audit_event TO accessbroker_broker;
GRANT SELECT ON dbo.audit_head TO accessbroker_broker;
GRANT UPDATE ON dbo.audit_head (size, frontier, [time]) TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.audit_trail TO accessbroker_broker;
GRANT UPDATE ON dbo.audit_trail ([count], head) TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.audit_stream TO accessbroker_broker;
GRANT UPDATE ON dbo.audit_stream (next_idx, end_idx, fingerprint, holder, held_until) TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.audit_schedule TO accessbroker_broker;
GRANT UPDATE ON dbo.audit_schedule (done_until, ran_at, file_name, error, failed_at, failures, retry_at, holder, held_until) TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.audit_node TO accessbroker_broker;
GRANT UPDATE ON dbo.audit_node (boot, alive_until, first_idx) TO accessbroker_broker;

-- Whatever else the account is a member of. ALTER is what switching triggers off and TRUNCATE need.
DENY UPDATE, DELETE, ALTER, TAKE OWNERSHIP ON dbo.audit_bundle TO accessbroker_broker;
DENY UPDATE, DELETE, ALTER, TAKE OWNERSHIP ON dbo.audit_checkpoint TO accessbroker_broker;

-- Requests, grants and sessions: their state, never what was asked or granted.
GRANT SELECT, INSERT ON dbo.access_request TO accessbroker_broker;
GRANT UPDATE ON dbo.access_request ([State], DecidedAt, DecidedBy, GrantId, [Version], EntryIndex) TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.access_grant TO accessbroker_broker;
GRANT UPDATE ON dbo.access_grant (EndedAt, EndedBy, EndedAs, [Version], EntryIndex) TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.access_session TO accessbroker_broker;
GRANT UPDATE ON dbo.access_session (EndedAt, Termination, EntryIndex) TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.review TO accessbroker_broker;
GRANT UPDATE ON dbo.review (EntryIndex) TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.tenant TO accessbroker_broker;
GRANT UPDATE ON dbo.tenant (EntryIndex) TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.role_assignment TO accessbroker_broker;
GRANT UPDATE ON dbo.role_assignment (EntryIndex, RemovedAt) TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.erasure TO accessbroker_broker;
GRANT UPDATE ON dbo.erasure ([State], DecidedBy, DecidedAt, DecisionId, DecisionIndex, DoneAt, Erased, [Version], EntryIndex) TO accessbroker_broker;

-- People, keys and settings are made and read.
GRANT SELECT, INSERT ON dbo.person TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.data_key TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.signing_key TO accessbroker_broker;
GRANT UPDATE ON dbo.signing_key (EntryIndex, [Public], SealedPrivate, RetiredAt) TO accessbroker_broker; -- of checkpoint keys: their entry, and their end
GRANT SELECT, INSERT ON dbo.data_protection_key TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.setting TO accessbroker_broker;
GRANT SELECT, INSERT ON dbo.idempotency_key TO accessbroker_broker;
GRANT SELECT, INSERT, DELETE ON dbo.browser_code TO accessbroker_broker; -- each opens one door once

-- The embedded issuer, in demos.
GRANT SELECT, INSERT, UPDATE ON dbo.OpenIddictApplications TO accessbroker_broker;
GRANT SELECT ON dbo.OpenIddictScopes TO accessbroker_broker;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.OpenIddictAuthorizations TO accessbroker_broker;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.OpenIddictTokens TO accessbroker_broker;

-- Is the schema this version's? A start asks, and only the owner changes the answer.
GRANT SELECT ON dbo.__EFMigrationsHistory TO accessbroker_broker;

-- Erasing and pruning take a body out of a bundle and leave its header, take people's words out of what is shown, and keep
-- how far they came. They read what rows are still held against.
GRANT SELECT ON dbo.audit_bundle TO accessbroker_eraser;
GRANT UPDATE ON dbo.audit_bundle (bodies) TO accessbroker_eraser;
DENY UPDATE ON dbo.audit_bundle (first_idx, [count], headers) TO accessbroker_eraser;
DENY DELETE, ALTER, TAKE OWNERSHIP ON dbo.audit_bundle TO accessbroker_eraser;
GRANT SELECT, INSERT, DELETE ON dbo.audit_event TO accessbroker_eraser; -- what is shown is also made anew from the log by this account (rebuild-search)
GRANT UPDATE ON dbo.audit_event (host, path, ip, ticket, [text]) TO accessbroker_eraser;
GRANT SELECT ON dbo.access_request TO accessbroker_eraser;
GRANT UPDATE ON dbo.access_request (Reason, Ticket) TO accessbroker_eraser;
GRANT SELECT ON dbo.review TO accessbroker_eraser;
GRANT UPDATE ON dbo.review (Reason) TO accessbroker_eraser;
GRANT SELECT, INSERT ON dbo.setting TO accessbroker_eraser;
GRANT UPDATE ON dbo.setting ([Value]) TO accessbroker_eraser;
GRANT SELECT ON dbo.tenant TO accessbroker_eraser;
GRANT SELECT ON dbo.role_assignment TO accessbroker_eraser;
GRANT SELECT ON dbo.access_grant TO accessbroker_eraser;
GRANT SELECT ON dbo.access_session TO accessbroker_eraser;
GRANT SELECT ON dbo.erasure TO accessbroker_eraser;
GRANT SELECT ON dbo.person (Id, Tenant) TO accessbroker_eraser; -- whose keys are to be destroyed,
GRANT UPDATE ON dbo.person ([Subject], [Profile]) TO accessbroker_eraser;
GRANT SELECT ON dbo.data_key ([Owner]) TO accessbroker_eraser; -- and nothing of the keys themselves
GRANT UPDATE ON dbo.data_key (Wrapped) TO accessbroker_eraser;
