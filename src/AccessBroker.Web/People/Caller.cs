using AccessBroker.Access;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Web;

/// <summary>
/// The person behind this call, with the roles held now. A handler that takes one runs only behind a policy of
/// <see cref="WebPolicies"/>, which put it here.
/// </summary>
internal sealed class Caller(Actor actor)
{
    public Actor Actor { get; } = actor;

    /// <summary>The caller of this request, or null where nobody is signed in (public pages).</summary>
    public static Caller? Of(HttpContext http) => http.Features.Get<Caller>();

    public static ValueTask<Caller?> BindAsync(HttpContext http) => ValueTask.FromResult(Of(http));
}
