using System.Data;
using Helpdesk.Data;

namespace Helpdesk.Orders;

/// <summary>An order as lists show it. Amounts are in hundredths of the currency (ISO 4217).</summary>
internal sealed record Order(long Id, string Org, string PlacedBy, string Status, string Currency, long TotalCents, DateTimeOffset PlacedAt);

internal sealed record OrderDetail(Order Order, IReadOnlyList<OrderLine> Lines);

internal sealed record OrderLine(string Sku, string Title, long Quantity, long UnitPriceCents);

internal static class OrderEndpoints
{
    private static readonly string[] Statuses = ["placed", "shipped", "delivered", "returned"];

    private const string Select =
        """
        SELECT id, org, placed_by, status, currency, placed_at,
               (SELECT sum(quantity * unit_price_cents) FROM order_lines WHERE order_id = o.id) FROM orders o
        """;

    public static void MapOrders(this IEndpointRouteBuilder org)
    {
        org.MapMethods("/orders", ["GET", "HEAD"], List);
        org.MapMethods("/orders/{id:long}", ["GET", "HEAD"], One);
    }

    /// <summary>Orders whose number, buyer or lines contain <c>q</c>; newest first.</summary>
    private static IResult List(string org, string? q, string? status, string? page, Database database)
    {
        if (Paging.Check(status, Statuses, page, out var number) is { } wrong)
            return Problems.BadRequest(wrong);

        var all = database.Query(
            $"""
            {Select} WHERE org = $a AND ($c IS NULL OR status = $c)
            AND (placed_by LIKE $b ESCAPE '\' OR CAST(id AS TEXT) LIKE $b ESCAPE '\'
                 OR EXISTS (SELECT 1 FROM order_lines WHERE order_id = o.id AND title LIKE $b ESCAPE '\'))
            ORDER BY placed_at DESC, id DESC
            """, Map, org, Paging.Pattern(q), status);
        return TypedResults.Ok(PageOf<Order>.Of(all, number));
    }

    private static IResult One(string org, long id, Database database)
    {
        var found = database.Query($"{Select} WHERE org = $a AND id = $b", Map, org, id);
        return found is not [var order]
            ? Problems.NotFound($"There is no order {id} of {org}.")
            : TypedResults.Ok(new OrderDetail(order, database.Query(
                "SELECT sku, title, quantity, unit_price_cents FROM order_lines WHERE order_id = $a ORDER BY position",
                row => new OrderLine(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3)), id)));
    }

    private static Order Map(IDataRecord row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(6), Database.Time(row, 5));
}
