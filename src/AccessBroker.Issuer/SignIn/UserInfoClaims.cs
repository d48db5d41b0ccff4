using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.OAuth.Claims;

namespace AccessBroker.Issuer;

/// <summary>Takes every plain value of the userinfo response that the id_token did not give already: many providers put names there only.</summary>
internal sealed class UserInfoClaims() : ClaimAction("*", ClaimValueTypes.String)
{
    private const int MaxLength = 1000;

    public override void Run(JsonElement userData, ClaimsIdentity identity, string issuer)
    {
        if (userData.ValueKind != JsonValueKind.Object) return;
        foreach (var property in userData.EnumerateObject())
        {
            if (identity.HasClaim(c => c.Type == property.Name)) continue;
            var values = property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray() : Enumerable.Repeat(property.Value, 1);
            foreach (var value in values)
            {
                if (value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False && value.ToString() is { Length: <= MaxLength } text)
                    identity.AddClaim(new Claim(property.Name, text, ClaimValueTypes.String, issuer));
            }
        }
    }
}
