using System.Text.Json;
using Helpdesk.Attachments;

namespace Helpdesk.Data;

/// <summary>Puts the sample organisations of <c>seed.json</c> into an empty database; times there are minutes before now.</summary>
internal static class Seed
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void Fill(Database database, DateTimeOffset now)
    {
        foreach (var org in JsonSerializer.Deserialize<Organisation[]>(Resources.Text("seed.json"), Json)!)
        {
            database.Execute("INSERT INTO organisations VALUES ($a, $b)", org.Id, org.Name);
            foreach (var person in org.People)
                database.Execute("INSERT INTO people VALUES ($a, $b, $c, $d)", org.Id, person.Email, person.Name, person.Role);
            foreach (var order in org.Orders)
                Add(database, org.Id, order, now);
            foreach (var ticket in org.Tickets)
                Add(database, org.Id, ticket, now);
            foreach (var message in org.Chat)
                database.Execute(
                    "INSERT INTO chat_messages (org, author, text, sent_at) VALUES ($a, $b, $c, $d)",
                    org.Id, message.By, message.Text, now.AddMinutes(-message.Ago));
        }
    }

    private static void Add(Database database, string org, Order order, DateTimeOffset now)
    {
        database.Execute(
            "INSERT INTO orders VALUES ($a, $b, $c, $d, $e, $f)",
            order.Id, org, order.By, order.Status, order.Currency, now.AddMinutes(-order.Ago));
        for (var i = 0; i < order.Lines.Length; i++)
        {
            var line = order.Lines[i];
            database.Execute(
                "INSERT INTO order_lines VALUES ($a, $b, $c, $d, $e, $f)",
                order.Id, i + 1, line.Sku, line.Title, line.Quantity, line.Cents);
        }
    }

    private static void Add(Database database, string org, Ticket ticket, DateTimeOffset now)
    {
        database.Execute(
            "INSERT INTO tickets VALUES ($a, $b, $c, $d, $e, $f, $g, $h, $i)",
            ticket.Id, org, ticket.Subject, ticket.By, ticket.Status, ticket.Priority, ticket.Order,
            now.AddMinutes(-ticket.Comments.Max(c => c.Ago)), now.AddMinutes(-ticket.Comments.Min(c => c.Ago)));
        foreach (var comment in ticket.Comments)
            database.Execute(
                "INSERT INTO comments (ticket_id, author, text, created_at) VALUES ($a, $b, $c, $d)",
                ticket.Id, comment.By, comment.Text, now.AddMinutes(-comment.Ago));
        foreach (var file in ticket.Files ?? [])
        {
            var (bytes, sha256) = AttachmentFiles.Write(database.Folder, file.Id, file.Content);
            database.Execute(
                "INSERT INTO attachments VALUES ($a, $b, $c, $d, $e, $f, $g)",
                file.Id, org, ticket.Id, file.Name, file.Type, bytes, sha256);
        }
    }

    private sealed record Organisation(string Id, string Name, Person[] People, Order[] Orders, Ticket[] Tickets, Said[] Chat);

    private sealed record Person(string Name, string Role, string Email);

    private sealed record Order(int Id, string By, string Status, string Currency, int Ago, Line[] Lines);

    private sealed record Line(string Sku, string Title, int Quantity, int Cents);

    private sealed record Ticket(
        int Id, string Subject, string By, string Status, string Priority, int? Order, Said[] Comments, Attached[]? Files);

    private sealed record Said(string By, int Ago, string Text);

    private sealed record Attached(int Id, string Name, string Type, string Content);
}
