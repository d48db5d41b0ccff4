namespace AccessBroker.Storage.Tests;

/// <summary>Waits for what is written behind, up to ten seconds.</summary>
internal static class Eventually
{
    public static async Task Async(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 200; i++)
        {
            if (await condition())
                return;
            await Task.Delay(50);
        }
        Assert.Fail("It did not happen within ten seconds.");
    }
}
