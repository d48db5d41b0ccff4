using System.Runtime.CompilerServices;

namespace AccessBroker.Access;

/// <summary>The routes of a target's operations, compiled once, the most specific first.</summary>
public sealed class RouteTable
{
    // Definitions are immutable, so what was compiled from one stays true for as long as it is in use.
    private static readonly ConditionalWeakTable<IReadOnlyList<OperationDefinition>, RouteTable> Compiled = [];

    private readonly Route[] _routes;

    private RouteTable(IReadOnlyList<OperationDefinition> operations)
    {
        var routes = new List<Route>();
        foreach (var operation in operations)
        {
            foreach (var path in operation.Paths)
                routes.Add(new Route(PathTemplate.Parse(path), operation));
        }

        routes.Sort((left, right) => PathTemplate.BySpecificity(left.Template, right.Template));
        _routes = [.. routes];
    }

    /// <exception cref="FormatException">A path is no template; a validated catalogue has none of these.</exception>
    public static RouteTable Of(IReadOnlyList<OperationDefinition> operations) =>
        Compiled.GetValue(operations, static o => new RouteTable(o));

    /// <summary>
    /// The operation that the request maps to. The most specific template decides, so a literal path
    /// (<c>/tickets/stream</c>) is never reached through a placeholder (<c>/tickets/{id}</c>) of another operation.
    /// Where equally specific templates belong to several operations, one in <paramref name="preferred"/> is taken.
    /// </summary>
    public RouteMatch Find(string method, RequestPath path, string tenant, IReadOnlyList<OperationDefinition> preferred)
    {
        var best = RouteMatch.None;
        PathTemplate? winner = null;
        foreach (var route in _routes)
        {
            if (winner is not null && PathTemplate.BySpecificity(winner, route.Template) != 0)
                break;
            if (!route.Shadows(method))
                continue;

            var match = route.Template.Match(path, out var named);
            if (match == PathMatch.None)
                continue;

            winner = route.Template;
            var found = new RouteMatch(
                route.Operation,
                match,
                MethodListed: route.Lists(method),
                OtherTenant: named is not null && !string.Equals(named, tenant, StringComparison.Ordinal));
            if (found.Rank(preferred) > best.Rank(preferred))
                best = found;
        }

        return best;
    }

    private readonly record struct Route(PathTemplate Template, OperationDefinition Operation)
    {
        public bool Lists(string method)
        {
            foreach (var listed in Operation.Methods)
            {
                if (string.Equals(listed, method, StringComparison.Ordinal))
                    return true;
            }

            return false;
        }

        // Servers answer HEAD by what they do for GET, so a path that is somebody's GET is not another operation's HEAD.
        public bool Shadows(string method) => Lists(method) || (method == "HEAD" && Lists("GET"));
    }
}

/// <param name="Operation">Null where nothing matched.</param>
public readonly record struct RouteMatch(OperationDefinition? Operation, PathMatch Match, bool MethodListed, bool OtherTenant)
{
    public static RouteMatch None => default;

    /// <summary>Among equally specific routes: an exact path before a loose one, a listed method, then a granted operation.</summary>
    internal int Rank(IReadOnlyList<OperationDefinition> preferred)
    {
        if (Operation is null)
            return 0;
        var rank = 1;
        if (Match == PathMatch.Exact)
            rank += 8;
        if (MethodListed)
            rank += 4;
        foreach (var granted in preferred)
        {
            if (string.Equals(granted.Name, Operation.Name, StringComparison.Ordinal))
                return rank + 2;
        }

        return rank;
    }
}
