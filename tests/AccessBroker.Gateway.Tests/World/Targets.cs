namespace AccessBroker.Gateway.Tests;

internal static class Targets
{
    public static string Yaml(string upstream) => $$"""
        targets:
          - name: helpdesk
            title: Northwind Helpdesk
            upstream: {{upstream}}
            tenant: { in: path, template: "/orgs/{tenant}/**" }
            credential: { header: Authorization, value: "{{GatewayWorld.Credential}}" }
            shared_credential: true
            allow_bearer: true
            operations:
              - name: tickets.read
                sentence: See your tickets
                methods: [GET, HEAD]
                paths: ["/orgs/{tenant}/tickets", "/orgs/{tenant}/tickets/{id}"]
                query: [q, key]
                secret_query: [key]
              - name: tickets.stream
                sentence: Watch your tickets
                methods: [GET]
                paths: ["/orgs/{tenant}/tickets/stream"]
              - name: tickets.write
                sentence: Change your tickets
                methods: [POST, PUT]
                paths: ["/orgs/{tenant}/tickets/{id}"]
                writes: true
              - name: files.read
                sentence: Download your files
                methods: [GET, HEAD]
                paths: ["/orgs/{tenant}/files/{name}"]
              - name: calendar.read
                sentence: See your calendars
                methods: [PROPFIND, REPORT]
                paths: ["/orgs/{tenant}/cal/**"]
                headers: [Depth]
              - name: chat.join
                sentence: Join your chat
                methods: [GET]
                paths: ["/orgs/{tenant}/chat"]
                websocket: true
                writes: true
          - name: crm
            title: CRM by header
            upstream: {{upstream}}
            tenant: { in: header, name: X-Tenant }
            credential: { header: X-Api-Key, value: "crm-secret" }
            allow_bearer: true
            assertion: false
            operations:
              - name: orders.read
                sentence: See your orders
                methods: [GET]
                paths: ["/orders/**"]
          - name: down
            title: A target that is down
            upstream: http://127.0.0.1:9
            tenant: { in: path, template: "/orgs/{tenant}/**" }
            allow_bearer: true
            operations:
              - name: tickets.read
                sentence: See your tickets
                methods: [GET]
                paths: ["/orgs/{tenant}/tickets"]
        """;
}
