using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace AccessBroker.Web.Api;

/// <summary><c>/openapi/v1.json</c>: OpenAPI 3.1 of the JSON API.</summary>
internal static class OpenApiDescription
{
    public static void AddOpenApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "AccessBroker",
                Version = "v1",
                Description = "Consent, sessions and evidence. Errors are problem details (RFC 9457) with a stable 'type' and a 'next' that says what to do.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["api"] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An access token of the issuer that /.well-known/accessbroker names.",
                },
            };
            var needed = new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("api", document)] = [] };
            foreach (var path in document.Paths.Where(p => p.Key.StartsWith("/api/", StringComparison.Ordinal)))
            {
                foreach (var (_, operation) in path.Value.Operations ?? [])
                    operation.Security = [needed];
            }
            return Task.CompletedTask;
        });
    });
}
