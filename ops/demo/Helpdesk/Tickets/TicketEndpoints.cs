using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Helpdesk.Access;

namespace Helpdesk.Tickets;

internal static class TicketEndpoints
{
    private const int LongestComment = 4000;

    public static void MapTickets(this IEndpointRouteBuilder org)
    {
        org.MapMethods("/tickets", ["GET", "HEAD"], List);
        org.MapMethods("/tickets/{id:long}", ["GET", "HEAD"], One);
        org.MapMethods("/tickets/{id:long}/comments", ["GET", "HEAD"], Comments);
        org.MapPost("/tickets/{id:long}/comments", Reply);
        org.MapPatch("/tickets/{id:long}", SetStatus);
        org.MapGet("/tickets/stream", Stream);
    }

    private static IResult List(string org, string? q, string? status, string? page, TicketStore store) =>
        Paging.Check(status, TicketStatus.All, page, out var number) is { } wrong
            ? Problems.BadRequest(wrong)
            : TypedResults.Ok(PageOf<Ticket>.Of(store.Find(org, q, status), number));

    private static IResult One(string org, long id, TicketStore store) =>
        store.Get(org, id) is { } found ? TypedResults.Ok(found) : NoTicket(org, id);

    private static IResult Comments(string org, long id, TicketStore store) =>
        store.Get(org, id) is { } found ? TypedResults.Ok(found.Comments) : NoTicket(org, id);

    private static IResult Reply(string org, long id, NewComment body, HttpRequest request, TicketStore store, TicketEvents events)
    {
        var text = body.Text?.Trim() ?? "";
        if (text.Length is 0 or > LongestComment)
            return Problems.BadRequest($"'text' has 1 to {LongestComment} characters.");

        var author = GatewayHeaders.Engineer(request) ?? "Northwind Support";
        if (store.AddComment(org, id, author, text) is not { } comment)
            return NoTicket(org, id);

        events.Publish(org, new("commented", id, $"{author} wrote a comment"));
        var location = string.Create(CultureInfo.InvariantCulture, $"/orgs/{org}/tickets/{id}/comments");
        return TypedResults.Created(location, comment);
    }

    private static IResult SetStatus(
        string org, long id, NewStatus body, HttpRequest request, TicketStore store, TicketEvents events)
    {
        if (!TicketStatus.All.Contains(body.Status))
            return Problems.BadRequest($"'status' is one of {string.Join(", ", TicketStatus.All)}.");
        if (store.SetStatus(org, id, body.Status!) is not { } ticket)
            return NoTicket(org, id);

        events.Publish(org, new("status", id, $"{GatewayHeaders.Engineer(request) ?? "Northwind Support"} set it to {ticket.Status}"));
        return TypedResults.Ok(ticket);
    }

    /// <summary>Server-sent events until the client leaves: what happens to tickets, and in between the state of the queue.</summary>
    private static IResult Stream(
        string org, TicketEvents events, IHostApplicationLifetime program, CancellationToken gone)
    {
        return TypedResults.ServerSentEvents(Items(gone));

        async IAsyncEnumerable<SseItem<TicketEvent>> Items([EnumeratorCancellation] CancellationToken token)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(token, program.ApplicationStopping);
            await foreach (var item in events.FollowAsync(org, ended.Token))
                yield return new(item, item.Kind) { EventId = item.Id.ToString(CultureInfo.InvariantCulture) };
        }
    }

    private static IResult NoTicket(string org, long id) => Problems.NotFound($"There is no ticket {id} of {org}.");

    private sealed record NewComment(string? Text);

    private sealed record NewStatus(string? Status);
}
