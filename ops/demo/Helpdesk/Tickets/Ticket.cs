namespace Helpdesk.Tickets;

/// <summary>A ticket as lists show it.</summary>
/// <param name="Org">The customer that it belongs to.</param>
/// <param name="Requester">Who opened it: a person's name.</param>
/// <param name="Status"><see cref="TicketStatus"/>.</param>
/// <param name="OrderId">The order it is about, or null.</param>
internal sealed record Ticket(
    long Id, string Org, string Subject, string Requester, string Status, string Priority, long? OrderId,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>A ticket with all that was said and attached.</summary>
internal sealed record TicketDetail(Ticket Ticket, IReadOnlyList<Comment> Comments, IReadOnlyList<Attachment> Attachments);

internal sealed record Comment(long Id, string Author, string Text, DateTimeOffset CreatedAt);

internal sealed record Attachment(long Id, string FileName, string MediaType, long Bytes, string Sha256);

internal static class TicketStatus
{
    public static readonly string[] All = ["open", "waiting", "solved"];
}
