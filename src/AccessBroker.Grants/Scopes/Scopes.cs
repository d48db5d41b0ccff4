using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AccessBroker.Access;
using AccessBroker.Evidence;

namespace AccessBroker.Grants;

/// <summary>
/// A scope is resolved once, when it is asked for; from then on its canonical JSON (RFC 8785) is what is shown, stored,
/// hashed and enforced. <c>scope_hash</c> = base64url(SHA-256(canonical JSON)).
/// </summary>
public static class Scopes
{
    /// <summary>The named operations of the target, complete.</summary>
    /// <exception cref="ArgumentException">A name that the target does not have: callers check before.</exception>
    public static ResolvedScope Resolve(string tenant, TargetDefinition target, IEnumerable<string> operationNames)
    {
        var wanted = operationNames.ToHashSet(StringComparer.Ordinal);
        var operations = target.Operations.Where(o => wanted.Remove(o.Name)).OrderBy(o => o.Name, StringComparer.Ordinal).ToList();
        if (wanted.Count > 0)
            throw new ArgumentException($"{target.Name} has no operation {string.Join(", ", wanted)}", nameof(operationNames));
        return new ResolvedScope
        {
            Tenant = tenant,
            Target = target.Name,
            Upstream = target.Upstream.GetLeftPart(UriPartial.Authority),
            Binding = target.Binding,
            Operations = operations,
        };
    }

    /// <summary>The same scope with only the named operations: what an approver left of it. Names that it lacks are ignored.</summary>
    public static ResolvedScope Narrow(ResolvedScope scope, IReadOnlyCollection<string> operationNames) =>
        scope with { Operations = [.. scope.Operations.Where(o => operationNames.Contains(o.Name, StringComparer.Ordinal))] };

    public static string Canonical(ResolvedScope scope) => Encoding.UTF8.GetString(ToBody(scope).ToBytes());

    /// <summary>base64url(SHA-256(UTF-8)), 43 characters.</summary>
    public static string Hash(string canonicalJson) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalJson)));

    /// <summary>Reads canonical JSON back.</summary>
    /// <exception cref="FormatException">It is not exactly what <see cref="Canonical"/> writes.</exception>
    public static ResolvedScope Parse(string json)
    {
        var scope = ScopeReader.Read(json);
        return Canonical(scope) == json ? scope : throw new FormatException("The scope is not in canonical form.");
    }

    /// <summary>The operation means the same as it did when it was approved. Otherwise the gateway denies <c>catalogue-changed</c>.</summary>
    public static bool SameDefinition(OperationDefinition approved, OperationDefinition current) =>
        ToBody(approved).ToBytes().AsSpan().SequenceEqual(ToBody(current).ToBytes());

    internal static BodyWriter ToBody(ResolvedScope scope) => new BodyWriter()
        .Add("tenant", scope.Tenant)
        .Add("target", scope.Target)
        .Add("upstream", scope.Upstream)
        .Add("binding", new BodyWriter().Add("in", PlaceCode(scope.Binding.Place)).Add("name", scope.Binding.Name))
        .Add("operations", [.. scope.Operations.Select(ToBody)])
        .Add("mask", scope.Mask);

    internal static string PlaceCode(TenantPlace place) => place.ToString().ToLowerInvariant();

    private static BodyWriter ToBody(OperationDefinition operation) => new BodyWriter()
        .Add("name", operation.Name)
        .Add("sentence", operation.Sentence)
        .Add("methods", operation.Methods)
        .Add("paths", operation.Paths)
        .Add("query", operation.Query)
        .Add("secret_query", operation.SecretQuery)
        .Add("headers", operation.Headers)
        .Add("writes", operation.Writes)
        .Add("websocket", operation.WebSocket);
}
