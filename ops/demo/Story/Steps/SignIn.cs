namespace Story.Steps;

/// <summary>1: code, PKCE, state and cookies as everywhere; personas replace only the page for credentials.</summary>
internal static class SignIn
{
    private static readonly string[] People = ["dana", "eve", "priya", "olga", "alan", "ada"];

    public static async Task RunAsync(Walk walk)
    {
        var anonymous = await walk.Gateway.PortalAsync("/api/v1/me", token: null);
        Walk.Require(anonymous.Status == 401, $"/api/v1/me without a token should answer 401, but answered {anonymous}.");

        foreach (var person in People)
            (await walk.Cli.RunAsync(person, "login", "--as", person)).MustExit(0);
        (await walk.Cli.RunAsync("mallory", "login", "--as", "mallory")).MustExit(1, "persona-sign-in-failed");

        var dana = await walk.Cli.JsonAsync("dana", "whoami");
        Walk.Require(dana.GetProperty("roles").EnumerateArray().Any(r => r.GetString() == "engineer"), $"Dana should be an engineer, but is {dana}.");
        var priya = await walk.Cli.JsonAsync("priya", "whoami");
        Walk.Require(priya.GetProperty("roles").EnumerateArray().Any(r => r.GetString() == "approver:acme"), $"Priya should approve for acme, but is {priya}.");
        walk.Tell($"{string.Join(", ", People)} by OIDC with PKCE on a loopback port; mallory is nobody");
        (await walk.Cli.RunAsync("dana", "doctor")).MustExit(0);
    }
}
