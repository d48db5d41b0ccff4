using AccessBroker.Access;

namespace AccessBroker.Gateway;

/// <summary>Where a browser goes first: the shortest granted page that needs nothing filled in.</summary>
internal static class LandingPage
{
    public static string Of(ResolvedScope scope)
    {
        string? best = null;
        foreach (var operation in scope.Operations)
        {
            if (operation.WebSocket || !operation.Methods.Contains("GET", StringComparer.Ordinal))
                continue;
            foreach (var template in operation.Paths)
            {
                var path = template.EndsWith("/**", StringComparison.Ordinal) ? template[..^2] : template;
                path = path.Replace("{tenant}", scope.Tenant, StringComparison.Ordinal);
                if (!path.Contains('{', StringComparison.Ordinal) && (best is null || path.Length < best.Length))
                    best = path;
            }
        }

        return best ?? "/";
    }
}
