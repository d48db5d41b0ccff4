using Story;
using Story.Steps;
using Story.Tampering;

// Run again as a child of itself: a program of somebody else that holds the database's write lock.
if (args is ["hold-lock", var database]) return LockHolder.Hold(database);

if (StoryOptions.Parse(args, out var wrong) is not { } options)
{
    Console.Error.WriteLine(wrong);
    Console.Error.WriteLine(StoryOptions.Usage);
    return 2;
}

var walk = new Walk(options);
return await Narrator.TellAsync(walk,
[
    new("Seven people sign in at the embedded issuer", SignIn.RunAsync),
    new("Dana and Eve ask for access to Acme's helpdesk", Asking.RunAsync),
    new("Priya decides; Olga sees nothing; Dana cannot approve her own", Deciding.RunAsync),
    new("Dana works: command line, plain HTTP, browser, calendar", Working.RunAsync),
    new("Everything else is refused, and recorded", Refusing.RunAsync),
    new("Priya ends access while a stream is open", Ending.RunAsync),
    new("Eve's minute is over, by everybody's clock", Expiring.RunAsync),
    new("Alan searches, exports and verifies; a flipped byte is found", Proving.RunAsync),
    new("The audit store is broken from outside", Breaking.RunAsync),
    new("Nothing secret stands in a log", KeepingSecrets.RunAsync),
]);
