namespace AccessBroker.Storage;

/// <summary>
/// Triggers that make the log append-only in the database too: a speed bump for whoever holds its password; the proofs are
/// the control (AUDIT-LOG.md, Storage). Bodies may be replaced, because erasure nulls them; headers, counts and positions never.
/// </summary>
internal static class AppendOnlySql
{
    public static IReadOnlyList<string> Sqlite { get; } =
    [
        """
        CREATE TRIGGER audit_bundle_no_update BEFORE UPDATE OF first_idx, count, headers ON audit_bundle
        BEGIN SELECT RAISE(ABORT, 'audit_bundle is append-only'); END;
        """,
        """
        CREATE TRIGGER audit_bundle_no_delete BEFORE DELETE ON audit_bundle
        BEGIN SELECT RAISE(ABORT, 'audit_bundle is append-only'); END;
        """,
        """
        CREATE TRIGGER audit_bundle_no_replace BEFORE INSERT ON audit_bundle
        WHEN EXISTS (SELECT 1 FROM audit_bundle WHERE first_idx >= NEW.first_idx)
        BEGIN SELECT RAISE(ABORT, 'audit_bundle is append-only: an entry stands there already'); END;
        """,
        """
        CREATE TRIGGER audit_checkpoint_no_update BEFORE UPDATE OF size, root, note ON audit_checkpoint
        BEGIN SELECT RAISE(ABORT, 'audit_checkpoint is append-only'); END;
        """,
        """
        CREATE TRIGGER audit_checkpoint_no_delete BEFORE DELETE ON audit_checkpoint
        BEGIN SELECT RAISE(ABORT, 'audit_checkpoint is append-only'); END;
        """,
        """
        CREATE TRIGGER audit_checkpoint_no_replace BEFORE INSERT ON audit_checkpoint
        WHEN EXISTS (SELECT 1 FROM audit_checkpoint WHERE size = NEW.size)
        BEGIN SELECT RAISE(ABORT, 'audit_checkpoint is append-only'); END;
        """,
    ];

    public static IReadOnlyList<string> PostgreSql { get; } =
    [
        "ALTER TABLE audit_bundle ALTER COLUMN headers SET STORAGE EXTERNAL, ALTER COLUMN bodies SET STORAGE EXTERNAL;",
        """
        CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
        """,
        """
        CREATE TRIGGER audit_bundle_no_update BEFORE UPDATE ON audit_bundle FOR EACH ROW
        WHEN (NEW.first_idx IS DISTINCT FROM OLD.first_idx OR NEW.count IS DISTINCT FROM OLD.count OR NEW.headers IS DISTINCT FROM OLD.headers)
        EXECUTE FUNCTION audit_append_only();
        """,
        "CREATE TRIGGER audit_bundle_no_delete BEFORE DELETE ON audit_bundle FOR EACH ROW EXECUTE FUNCTION audit_append_only();",
        "CREATE TRIGGER audit_bundle_no_truncate BEFORE TRUNCATE ON audit_bundle FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();",
        """
        CREATE TRIGGER audit_checkpoint_no_update BEFORE UPDATE ON audit_checkpoint FOR EACH ROW
        WHEN (NEW.size IS DISTINCT FROM OLD.size OR NEW.root IS DISTINCT FROM OLD.root OR NEW.note IS DISTINCT FROM OLD.note)
        EXECUTE FUNCTION audit_append_only();
        """,
        "CREATE TRIGGER audit_checkpoint_no_delete BEFORE DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION audit_append_only();",
        "CREATE TRIGGER audit_checkpoint_no_truncate BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();",
        """
        ALTER TABLE audit_bundle ENABLE ALWAYS TRIGGER audit_bundle_no_update, ENABLE ALWAYS TRIGGER audit_bundle_no_delete,
            ENABLE ALWAYS TRIGGER audit_bundle_no_truncate;
        """,
        """
        ALTER TABLE audit_checkpoint ENABLE ALWAYS TRIGGER audit_checkpoint_no_update, ENABLE ALWAYS TRIGGER audit_checkpoint_no_delete,
            ENABLE ALWAYS TRIGGER audit_checkpoint_no_truncate;
        """,
    ];

    public static IReadOnlyList<string> SqlServer { get; } =
    [
        """
        CREATE TRIGGER audit_bundle_append_only ON audit_bundle AFTER UPDATE, DELETE AS
        BEGIN
            SET NOCOUNT ON;
            IF NOT EXISTS (SELECT 1 FROM deleted) RETURN;
            IF EXISTS (SELECT 1 FROM deleted d LEFT JOIN inserted i ON i.first_idx = d.first_idx
                       WHERE i.first_idx IS NULL OR i.[count] <> d.[count] OR i.headers <> d.headers)
            BEGIN
                ROLLBACK TRANSACTION;
                THROW 50001, 'audit_bundle is append-only', 1;
            END
        END
        """,
        """
        CREATE TRIGGER audit_checkpoint_append_only ON audit_checkpoint AFTER UPDATE, DELETE AS
        BEGIN
            SET NOCOUNT ON;
            IF NOT EXISTS (SELECT 1 FROM deleted) RETURN;
            IF EXISTS (SELECT 1 FROM deleted d LEFT JOIN inserted i ON i.size = d.size
                       WHERE i.size IS NULL OR i.root <> d.root OR i.note <> d.note)
            BEGIN
                ROLLBACK TRANSACTION;
                THROW 50001, 'audit_checkpoint is append-only', 1;
            END
        END
        """,
    ];

    /// <summary>
    /// TRUNCATE fires no trigger on SQL Server, and is refused on a table that a foreign key refers to, however empty the one that
    /// refers. This one is always empty.
    /// </summary>
    public const string SqlServerNoTruncate =
        """
        CREATE TABLE audit_no_truncate (
            first_idx bigint NULL CONSTRAINT FK_audit_no_truncate_audit_bundle REFERENCES audit_bundle (first_idx),
            size bigint NULL CONSTRAINT FK_audit_no_truncate_audit_checkpoint REFERENCES audit_checkpoint (size),
            CONSTRAINT CK_audit_no_truncate_empty CHECK (1 = 0));
        """;

    /// <summary>
    /// Makes <c>audit_checkpoint</c> an append-only ledger table: the server itself refuses to change it, and its own digests cover it.
    /// A table becomes one only by being made anew. Where a server takes <c>LEDGER = ON</c> and does nothing, the trigger guards as before.
    /// </summary>
    /// <remarks>
    /// EXEC gives a statement a batch of its own, compiled when its turn comes: a script of all migrations names columns that are
    /// gone where it was run before. One batch for all that moves rows, with XACT_ABORT: whoever runs such a script by hand, and lets it
    /// go on after an error, must not lose the old table because the new one could not be made.
    /// </remarks>
    public static IReadOnlyList<string> SqlServerLedger { get; } =
    [
        """
        EXEC(N'SET XACT_ABORT ON;
            INSERT INTO audit_cosignature (size, witness, line)
                SELECT c.size, SUBSTRING(l.value, 3, CHARINDEX(N'' '', l.value, 3) - 3), l.value
                FROM audit_checkpoint c CROSS APPLY STRING_SPLIT(c.cosignatures, NCHAR(10)) l WHERE l.value <> N'''';
            IF (SELECT COUNT(*) FROM audit_cosignature) <> (SELECT COALESCE(SUM(LEN(cosignatures) - LEN(REPLACE(cosignatures, NCHAR(10), N''''))), 0) FROM audit_checkpoint)
                THROW 50002, ''Not every cosignature could be moved; nothing was changed.'', 1;
            ALTER TABLE audit_no_truncate DROP CONSTRAINT FK_audit_no_truncate_audit_checkpoint;
            DROP TRIGGER audit_checkpoint_append_only;
            EXEC sp_rename N''audit_checkpoint'', N''audit_checkpoint_before'';
            EXEC sp_rename N''PK_audit_checkpoint'', N''PK_audit_checkpoint_before'', N''OBJECT'';
            CREATE TABLE audit_checkpoint (
                size bigint NOT NULL CONSTRAINT PK_audit_checkpoint PRIMARY KEY,
                root varbinary(32) NOT NULL,
                note nvarchar(max) NOT NULL,
                created_at bigint NOT NULL)
                WITH (LEDGER = ON (APPEND_ONLY = ON));
            INSERT INTO audit_checkpoint (size, root, note, created_at) SELECT size, root, note, created_at FROM audit_checkpoint_before;
            IF (SELECT COUNT(*) FROM audit_checkpoint) <> (SELECT COUNT(*) FROM audit_checkpoint_before)
                THROW 50002, ''Not every checkpoint could be moved; nothing was changed.'', 1;
            DROP TABLE audit_checkpoint_before;
            ALTER TABLE audit_no_truncate ADD CONSTRAINT FK_audit_no_truncate_audit_checkpoint FOREIGN KEY (size) REFERENCES audit_checkpoint (size);');
        """,
        // 3 is APPEND_ONLY_LEDGER_TABLE.
        $"""
        IF NOT EXISTS (SELECT 1 FROM sys.tables WHERE object_id = OBJECT_ID(N'audit_checkpoint') AND ledger_type = 3)
            EXEC(N'{SqlServer[1].Replace("'", "''", StringComparison.Ordinal)}');
        """,
    ];

    /// <summary>
    /// People can be forgotten and not be changed into others: the account that takes bodies out would otherwise be able to give an
    /// engineer's row, and with it their live access, another subject. SQLite has no accounts.
    /// </summary>
    public static IReadOnlyList<string> PostgreSqlPeople { get; } =
    [
        """
        CREATE FUNCTION person_only_forgotten() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a person can be forgotten, and not be changed' USING ERRCODE = 'integrity_constraint_violation'; END $$;
        """,
        """
        CREATE TRIGGER person_only_forgotten BEFORE UPDATE ON person FOR EACH ROW
        WHEN (NEW."Issuer" <> OLD."Issuer"
            OR NEW."Subject" <> OLD."Subject" AND NEW."Subject" <> 'erased:' || OLD."Id"::text
            OR NEW."Profile" IS DISTINCT FROM OLD."Profile" AND NEW."Profile" IS NOT NULL)
        EXECUTE FUNCTION person_only_forgotten();
        """,
        "ALTER TABLE person ENABLE ALWAYS TRIGGER person_only_forgotten;",
    ];

    /// <inheritdoc cref="PostgreSqlPeople"/>
    public const string SqlServerPeople =
        """
        CREATE TRIGGER person_only_forgotten ON person AFTER UPDATE AS
        BEGIN
            SET NOCOUNT ON;
            IF EXISTS (SELECT 1 FROM inserted i JOIN deleted d ON d.Id = i.Id
                       WHERE i.Issuer <> d.Issuer
                          OR i.Subject <> d.Subject COLLATE Latin1_General_BIN2 AND i.Subject <> N'erased:' + LOWER(CONVERT(nvarchar(36), d.Id))
                          OR i.Profile IS NOT NULL AND (d.Profile IS NULL OR i.Profile <> d.Profile))
            BEGIN
                ROLLBACK TRANSACTION;
                THROW 50001, 'a person can be forgotten, and not be changed', 1;
            END
        END
        """;
}
