namespace Story.Steps;

/// <summary>Code, PKCE, state and cookies as everywhere; personas replace only the page for credentials.</summary>
internal static class SignIn
{
    private static readonly string[] People = ["dana", "eve", "priya", "paul", "olga", "alan", "ada"];

    public static async Task RunAsync(Walk walk)
    {
        var anonymous = await walk.Gateway.PortalAsync("/api/v1/me", token: null);
        anonymous.Must(anonymous.Status == 401, "answer 401 without a token");

        foreach (var person in People)
            (await walk.Cli.RunAsync(person, "login", "--as", person)).MustExit(0);
        (await walk.Cli.RunAsync("mallory", "login", "--as", "mallory")).MustExit(1, "persona-sign-in-failed");

        await HasRoleAsync(walk, "dana", "engineer");
        await HasRoleAsync(walk, "priya", "approver:acme");
        await HasRoleAsync(walk, "paul", "approver:acme");
        walk.Tell($"{string.Join(", ", People)} by OIDC with PKCE on a loopback port; mallory is nobody");
        (await walk.Cli.RunAsync("dana", "doctor")).MustExit(0);
    }

    private static async Task HasRoleAsync(Walk walk, string person, string role)
    {
        var me = await walk.Cli.JsonAsync(person, "whoami");
        Walk.Require(me.GetProperty("roles").EnumerateArray().Any(r => r.GetString() == role), $"{person} should be {role}, but is {me}.");
    }
}
