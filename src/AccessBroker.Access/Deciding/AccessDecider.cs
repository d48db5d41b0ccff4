namespace AccessBroker.Access;

/// <summary>
/// Allow or deny of one request: a pure function of the question. Deny wins; what is unknown, malformed, empty or
/// ambiguous denies. The order below is the order in which people want to be told, not one of importance: every check
/// must pass.
/// </summary>
public static class AccessDecider
{
    public static Verdict Decide(in AccessQuestion ask)
    {
        return Token(ask)
            ?? LiveGrant(ask)
            ?? RequestShape.Check(ask)
            ?? BrowserOrigin.Check(ask)
            ?? Customer(ask)
            ?? Route(ask);
    }

    private static Verdict? Token(in AccessQuestion ask)
    {
        if (ask.Target is null)
            return Verdict.Deny(DenyReason.UnknownHost, "No target of this customer answers at this address. Copy the address from the session's page.");
        if (ask.TokenReason != DenyReason.None)
            return Verdict.Deny(ask.TokenReason, DenySentences.Of(ask.TokenReason));
        if (ask.Token.ExpiresAt <= ask.Now)
            return Verdict.Deny(DenyReason.TokenExpired, DenySentences.Of(DenyReason.TokenExpired));
        if (ask.Token.Tenant != ask.HostTenant || ask.Token.Target != ask.HostTarget)
            return Verdict.Deny(DenyReason.TokenForOtherTarget, DenySentences.Of(DenyReason.TokenForOtherTarget));
        if (ask is { Presentation: Presentation.Bearer, Target.AllowBearer: false })
            return Verdict.Deny(DenyReason.TokenInvalid, $"{ask.Target.Title} does not accept consent tokens as plain bearer tokens. Open it in a browser from the session's page.");
        return null;
    }

    private static Verdict? LiveGrant(in AccessQuestion ask)
    {
        if (ask.LiveReason != DenyReason.None)
            return Verdict.Deny(ask.LiveReason, DenySentences.Of(ask.LiveReason));
        if (ask is not { Session: { } session, Grant: { } grant, Scope: { } scope })
            return Verdict.Deny(DenyReason.SessionEnded, DenySentences.Of(DenyReason.SessionEnded));

        // The state of the grant comes first: "the customer ended it" tells more than "your session ended", which follows from it.
        var ended = grant.StateAt(ask.Now) switch
        {
            GrantState.Active => DenyReason.None,
            GrantState.Scheduled => DenyReason.GrantScheduled,
            GrantState.Expired => DenyReason.GrantExpired,
            GrantState.Revoked => DenyReason.GrantRevoked,
            GrantState.Cancelled => DenyReason.GrantCancelled,
            _ => DenyReason.SessionEnded,
        };
        if (ended != DenyReason.None)
            return Verdict.Deny(ended, DenySentences.Of(ended));
        if (session.EndedAt is not null)
            return Verdict.Deny(DenyReason.SessionEnded, DenySentences.Of(DenyReason.SessionEnded));

        // Token, session, grant and scope must tell one story. Rows are checked against the log when loaded; this is the
        // check that they are the rows this token is about.
        var token = ask.Token;
        if (session.Id != token.Session || session.GrantId != grant.Id || session.PersonId != token.Person
            || grant.Id != token.Grant || grant.HolderId != token.Person)
        {
            return Verdict.Deny(DenyReason.TokenInvalid, DenySentences.Of(DenyReason.TokenInvalid));
        }

        if (session.Tenant != token.Tenant || session.Target != token.Target || grant.Tenant != token.Tenant || grant.Target != token.Target)
            return Verdict.Deny(DenyReason.TokenForOtherTarget, DenySentences.Of(DenyReason.TokenForOtherTarget));
        if (grant.ScopeHash != token.ScopeHash || scope.Tenant != grant.Tenant || scope.Target != grant.Target || scope.Mask.Count > 0)
            return Verdict.Deny(DenyReason.ScopeMismatch, DenySentences.Of(DenyReason.ScopeMismatch));
        return null;
    }

    /// <summary>The request speaks of the host's customer and of no other, at the place where the target expects it.</summary>
    private static Verdict? Customer(in AccessQuestion ask)
    {
        var binding = ask.Target!.Binding;
        switch (binding.Place)
        {
            case TenantPlace.Path:
                var match = PathTemplates.Of(binding.Name).Match(ask.Path!, out var named);
                if (match != PathMatch.None && named is not null && named != ask.HostTenant)
                    return Verdict.Deny(DenyReason.OtherTenant, $"The path is not one of customer '{ask.HostTenant}', whom this session is for. Use a path of that customer: {binding.Name.Replace("{tenant}", ask.HostTenant, StringComparison.Ordinal)}");
                if (match == PathMatch.Loose)
                    return Verdict.Deny(DenyReason.AmbiguousPath, DenySentences.LoosePath);
                if (match == PathMatch.None || named is null)
                    return Verdict.Deny(DenyReason.UnmappedRoute, $"On this target every path of a customer has the form {binding.Name}, and this one has not.");
                return null;

            case TenantPlace.Query:
                foreach (var name in ask.Query!.Names)
                {
                    if (string.Equals(name, binding.Name, StringComparison.OrdinalIgnoreCase))
                        return Verdict.Deny(DenyReason.AmbiguousRequest, $"The query parameter '{binding.Name}' names the customer and is set by the gateway alone. Leave it out.");
                }

                return null;

            case TenantPlace.Header:
                return ask.Headers.TenantHeader
                    ? Verdict.Deny(DenyReason.AmbiguousRequest, $"The header '{binding.Name}' names the customer and is set by the gateway alone. Leave it out.")
                    : null;

            case TenantPlace.Host:
                return null;

            default:
                return Verdict.Deny(DenyReason.Unsupported, "The target does not say where its requests name the customer. Ask an administrator to correct the target.");
        }
    }

    private static Verdict Route(in AccessQuestion ask)
    {
        var scope = ask.Scope!;
        var path = ask.Path!;
        var now = RouteTable.Of(ask.Target!.Operations).Find(ask.Method, path, ask.HostTenant, scope.Operations);
        var approved = RouteTable.Of(scope.Operations).Find(ask.Method, path, ask.HostTenant, scope.Operations);
        var operation = now.Operation;

        // What was approved for this route must still be defined as it was, whichever operation the route maps to now.
        if (approved is { Operation: { } then, MethodListed: true } && !Stands(then, ask.Target))
            return CatalogueChanged(then);
        if (operation is null)
            return Verdict.Deny(DenyReason.UnmappedRoute, $"No operation of {ask.Target.Title} allows {Printable(ask.Method)} on this path. Ask for an operation that does, or have one defined.");
        if (now.OtherTenant)
            return Verdict.Deny(DenyReason.OtherTenant, $"The path is not one of customer '{ask.HostTenant}', whom this session is for.");
        if (now.Match != PathMatch.Exact)
            return Verdict.Deny(DenyReason.AmbiguousPath, DenySentences.LoosePath);
        if (!now.MethodListed)
            return Verdict.Deny(DenyReason.UnmappedRoute, $"The operation '{operation.Name}' does not list {Printable(ask.Method)} on this path.");

        var granted = Find(scope.Operations, operation.Name);
        if (granted is null)
            return Verdict.Deny(DenyReason.OperationNotGranted, $"The grant does not hold the operation '{operation.Name}' ({operation.Sentence}). Ask the customer for it with a new request.", operation);
        if (!SameDefinition.Operation(granted, operation) || !SameDefinition.Target(scope, ask.Target))
            return CatalogueChanged(granted);

        foreach (var name in ask.Query!.Names)
        {
            if (!granted.Query.Contains(name, StringComparer.Ordinal))
                return Verdict.Deny(DenyReason.QueryNotDeclared, $"The operation '{operation.Name}' declares {Declared(granted)}, and the request carries another: '{Printable(name)}'. Leave it out.", operation);
        }

        foreach (var header in ask.Headers.Declared ?? [])
        {
            if (!granted.Headers.Contains(header, StringComparer.OrdinalIgnoreCase))
                return Verdict.Deny(DenyReason.Unsupported, $"The operation '{operation.Name}' does not declare the header {header}, which changes what a request reaches.", operation);
        }

        if (granted.WebSocket != (ask.Headers.Upgrade is not null))
        {
            return Verdict.Deny(
                DenyReason.Unsupported,
                granted.WebSocket ? $"The operation '{operation.Name}' is a WebSocket; connect with a WebSocket client." : $"The operation '{operation.Name}' is not a WebSocket.",
                operation);
        }

        return Verdict.Allow(granted);
    }

    private static bool Stands(OperationDefinition approved, TargetDefinition target) =>
        Find(target.Operations, approved.Name) is { } current && SameDefinition.Operation(approved, current);

    private static OperationDefinition? Find(IReadOnlyList<OperationDefinition> operations, string name)
    {
        foreach (var operation in operations)
        {
            if (string.Equals(operation.Name, name, StringComparison.Ordinal))
                return operation;
        }

        return null;
    }

    private static Verdict CatalogueChanged(OperationDefinition operation) =>
        Verdict.Deny(DenyReason.CatalogueChanged, $"The definition of '{operation.Name}' or of its target changed after the customer approved it. Ask again, so that the customer can approve what it means now.", operation);

    private static string Declared(OperationDefinition operation) =>
        operation.Query.Count == 0 ? "no query parameters" : "the query parameters " + string.Join(", ", operation.Query);

    private static string Printable(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
