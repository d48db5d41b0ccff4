using System.Net;
using System.Net.Http.Json;
using AccessBroker.Contracts;
using AccessBroker.Server.Tests.Api;

namespace AccessBroker.Server.Tests.Exports;

/// <summary>The exports API as a program calls it.</summary>
internal static class ExportCalls
{
    public const string Address = "/api/v1/audit/exports";

    public static Task<ExportView> OrderAsync(this HttpClient client, string format = "bundle", Guid? grant = null) =>
        client.PostAsync(Address, new CreateExport("acme", format, Grant: grant), ContractsJson.Default.CreateExport, ContractsJson.Default.ExportView, HttpStatusCode.Accepted);

    public static Task<ExportView> LookAsync(this HttpClient client, Guid id) => client.GetAsync($"{Address}/{id}", ContractsJson.Default.ExportView);

    /// <summary>Waits until it is in a state that does not change by itself.</summary>
    public static async Task<ExportView> EndedAsync(this HttpClient client, ExportView export)
    {
        for (var tries = 0; export.State is "queued" or "running"; tries++)
        {
            Assert.True(tries < 200, $"The export is still {export.State}, {export.Done} of {export.Total}.");
            await Task.Delay(50);
            export = await client.LookAsync(export.Id);
        }
        return export;
    }

    public static async Task<ExportView> ReadyAsync(this HttpClient client, string format = "bundle", Guid? grant = null)
    {
        var ended = await client.EndedAsync(await client.OrderAsync(format, grant));
        Assert.True(ended.State == "ready", $"{ended.State}: {ended.Error}");
        return ended;
    }

    public static Task<byte[]> FetchAsync(this HttpClient client, ExportView export) => client.GetByteArrayAsync($"{Address}/{export.Id}/file");

    public static async Task<HttpStatusCode> RemoveAsync(this HttpClient client, Guid id)
    {
        using var answer = await client.DeleteAsync($"{Address}/{id}");
        return answer.StatusCode;
    }
}
