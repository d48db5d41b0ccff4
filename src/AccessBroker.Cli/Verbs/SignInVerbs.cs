using System.CommandLine;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary><c>login</c>, <c>logout</c>, <c>whoami</c>, <c>token</c>.</summary>
internal static class SignInVerbs
{
    public static Command Login(CliContext context)
    {
        var persona = new Option<string?>("--as") { Description = "Sign in as one of the demo's people (demo servers only)", HelpName = "PERSONA" };
        var login = new Command("login", "Sign in by your browser") { persona };
        login.SetAction(async (parsed, cancel) =>
        {
            var store = context.OpenProfile(parsed);
            using var http = HttpClients.Create(TimeSpan.FromSeconds(30));
            IBrowser browser = parsed.GetValue(persona) is { } name ? new DemoBrowser(http, name) : new SystemBrowser(context.Host);
            var profile = await new SignInFlow(http, browser, context.Host.Time).RunAsync(context.ServerOf(parsed, ReadOrNull(store)), cancel);
            store.Write(profile);

            using var api = context.Connect(parsed).Api;
            var me = await api.GetAsync("me", ContractsJson.Default.Me, cancel);
            context.Host.Talk($"Signed in as {me.Name} ({me.Organisation}){(store.Name == "default" ? "" : $", profile {store.Name}")}.");
        });
        return login;
    }

    public static Command Logout(CliContext context)
    {
        var logout = new Command("logout", "Forget this sign-in");
        logout.SetAction(async (parsed, cancel) =>
        {
            var store = context.OpenProfile(parsed);
            var profile = ReadOrNull(store);
            var existed = store.Delete();
            if (profile is not null)
            {
                using var http = HttpClients.Create(TimeSpan.FromSeconds(10));
                try
                {
                    await TokenEndpoint.RevokeAsync(http, profile, cancel);
                }
                catch (CliException unreachable)
                {
                    context.Host.Talk($"The issuer could not be told ({unreachable.Message}); its token ends by itself.");
                }
            }
            context.Host.Talk(existed ? "Signed out." : "Nobody was signed in.");
        });
        return logout;
    }

    public static Command WhoAmI(CliContext context)
    {
        var format = CliContext.FormatOption();
        var whoami = new Command("whoami", "Who you are here, and what you may do") { format };
        whoami.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            context.Printer(parsed, format).One(await api.GetAsync("me", ContractsJson.Default.Me, cancel), Shapes.Me);
        });
        return whoami;
    }

    public static Command Token(CliContext context)
    {
        var token = new Command("token", "Print your access token, for scripts that call the API; treat it as a password");
        token.SetAction(async (parsed, cancel) =>
        {
            using var http = HttpClients.Create(TimeSpan.FromSeconds(30));
            var (api, signedIn) = context.Connect(parsed);
            using (api) await context.Host.Out.WriteLineAsync(await signedIn.AccessTokenAsync(http, refusedToken: null, cancel));
        });
        return token;
    }

    // A profile that cannot be read is replaced or deleted, not an obstacle to signing in or out.
    private static Profile? ReadOrNull(ProfileStore store)
    {
        try
        {
            return store.Read();
        }
        catch (CliException)
        {
            return null;
        }
    }
}
