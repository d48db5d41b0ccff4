using System.Data;
using Helpdesk.Data;

namespace Helpdesk.Tickets;

/// <summary>Reads and changes tickets. Every question names the organisation: a ticket of another one is as good as none.</summary>
internal sealed class TicketStore(Database database, TimeProvider time)
{
    private const string Columns = "id, org, subject, requester, status, priority, order_id, created_at, updated_at";

    /// <summary>Tickets whose number, subject, requester or comments contain the text; last changed first.</summary>
    public List<Ticket> Find(string org, string? q = null, string? status = null) => database.Query(
        $"""
        SELECT {Columns} FROM tickets t WHERE org = $a AND ($c IS NULL OR status = $c)
        AND (subject LIKE $b ESCAPE '\' OR requester LIKE $b ESCAPE '\' OR CAST(id AS TEXT) LIKE $b ESCAPE '\'
             OR EXISTS (SELECT 1 FROM comments WHERE ticket_id = t.id AND text LIKE $b ESCAPE '\'))
        ORDER BY updated_at DESC, id DESC
        """, Map, org, Paging.Pattern(q), status);

    public TicketDetail? Get(string org, long id)
    {
        var found = database.Query($"SELECT {Columns} FROM tickets WHERE org = $a AND id = $b", Map, org, id);
        return found is not [var ticket]
            ? null
            : new(ticket, Comments(id), database.Query(
                "SELECT id, file_name, media_type, bytes, sha256 FROM attachments WHERE ticket_id = $a ORDER BY id",
                row => new Attachment(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4)), id));
    }

    /// <summary>Adds a comment, or returns null when there is no such ticket.</summary>
    public Comment? AddComment(string org, long id, string author, string text)
    {
        var now = time.GetUtcNow();
        if (database.Execute("UPDATE tickets SET updated_at = $c WHERE org = $a AND id = $b", org, id, now) == 0)
            return null;
        var comment = database.Insert(
            "INSERT INTO comments (ticket_id, author, text, created_at) VALUES ($a, $b, $c, $d)", id, author, text, now);
        return new(comment, author, text, now);
    }

    /// <summary>Sets the status, or returns null when there is no such ticket.</summary>
    public Ticket? SetStatus(string org, long id, string status)
    {
        database.Execute(
            "UPDATE tickets SET status = $c, updated_at = $d WHERE org = $a AND id = $b", org, id, status, time.GetUtcNow());
        return Get(org, id)?.Ticket;
    }

    private List<Comment> Comments(long id) => database.Query(
        "SELECT id, author, text, created_at FROM comments WHERE ticket_id = $a ORDER BY created_at, id",
        row => new Comment(row.GetInt64(0), row.GetString(1), row.GetString(2), Database.Time(row, 3)), id);

    private static Ticket Map(IDataRecord row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5),
        row.IsDBNull(6) ? null : row.GetInt64(6), Database.Time(row, 7), Database.Time(row, 8));
}
